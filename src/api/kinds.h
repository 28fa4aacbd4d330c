// The kinds of resources that Weft serves, declared once: names, versions and columns here, fields in their field
// table. Used by weftd for discovery and paths, by the CLI for words like "vs" and for printing. Immutable.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/tree.h"
#include "base/clock.h"

namespace weft::api {

class FieldTable;
struct ObjectCodec;

enum class Scope : uint8_t { cluster, namespaced };

// A column of `weft get` and of the API's Table answers. `cell` reads it from an object's body.
struct Column {
  std::string_view name;  // "REPLICAS"
  std::string (*cell)(const Json& body, WallTime now);
  enum class Shown : uint8_t { always, wide } shown = Shown::always;
};

// One kind. All members point to constants that live as long as the process.
struct Kind {
  std::string_view group;                     // "networking.istio.io"; empty for the core group
  std::vector<std::string_view> versions;     // served, the preferred first
  std::string_view storage_version;           // the one objects are kept and printed in
  std::string_view kind;                      // "VirtualService"
  std::string_view plural;                    // "virtualservices"
  std::string_view singular;                  // "virtualservice"
  std::vector<std::string_view> short_names;  // "vs"
  Scope scope = Scope::namespaced;
  std::vector<std::string_view> subresources;  // "status", "scale"
  std::vector<std::string_view> categories;    // "all", "istio-io"
  std::string_view description;
  const FieldTable& (*fields)() = nullptr;  // of the whole object, apiVersion and metadata included
  const ObjectCodec* codec = nullptr;       // how check() makes the typed value
  std::vector<Column> columns;              // after NAMESPACE and NAME, before AGE

  bool serves(std::string_view version) const;
  // "networking.istio.io/v1", "v1"
  std::string api_version() const { return api_version(storage_version); }
  std::string api_version(std::string_view version) const;
  bool is_namespaced() const { return scope == Scope::namespaced; }
};

// Every kind, in a fixed order: the one in which a file's objects are best applied (Namespaces first).
std::span<const Kind> all_kinds();

// By an object's apiVersion ("networking.istio.io/v1beta1") and kind; nullptr when Weft does not serve it.
const Kind* find_kind(std::string_view api_version, std::string_view kind);

// By the parts of a REST path: group ("" for /api/v1), version, plural.
const Kind* find_kind_by_path(std::string_view group, std::string_view version, std::string_view plural);

// By what a user types: kind, plural, singular or short name, in any case, or plural.group.
const Kind* find_kind_by_word(std::string_view word);

// All the words find_kind_by_word() takes, for "did you mean" and completion.
std::vector<std::string_view> kind_words();

// "5m", "3d4h", "<unknown>": how long ago an RFC 3339 time was, as kubectl prints ages.
std::string age(std::string_view rfc3339, WallTime now);

}  // namespace weft::api
