// The positioned tree: YAML or JSON as maps, lists and scalars that know where they stood, so that every later check
// can point at line and column. Built over libyaml's events; typed as Kubernetes' YAML reader types scalars. Plain
// values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "api/finding.h"
#include "base/error.h"

namespace weft::api {

using Json = nlohmann::json;

// Limits on what is read; a file from anywhere can cost no more than these allow. An object of 1 MiB is what
// Kubernetes' etcd takes (1.5 MiB with overhead); the deepest real objects (Pods with affinity) nest 12 deep.
constexpr size_t kObjectSizeMax = size_t{1} << 20;
constexpr size_t kFileSizeMax = size_t{64} << 20;
constexpr size_t kDepthMax = 20;
constexpr size_t kAliasCostMax = size_t{1} << 20;  // bytes that aliases may add to one document

// A place in a text, counted from 1; {0, 0} is nowhere (the value came from the API).
struct Position {
  uint32_t line = 0;
  uint32_t column = 0;
  friend bool operator==(Position, Position) = default;
};

// The text of one file and where its lines begin; shared by everything that quotes from it. Immutable.
class SourceFile {
 public:
  SourceFile(std::string name, std::string text);
  const std::string& name() const { return name_; }
  const std::string& text() const { return text_; }
  // The line's text without its end; empty for a line that does not exist.
  std::string_view line(uint32_t number) const;
  // The byte a position stands for; columns are taken as bytes, so that it is short of the truth on non-ASCII lines.
  size_t offset(Position position) const;

 private:
  std::string name_;
  std::string text_;
  std::vector<size_t> line_starts_;
};

struct MapEntry;

// One value of the tree. Scalars keep their text: of strings the value, of the others what was written.
struct Node {
  enum class Kind : uint8_t { null, boolean, integer, number, string, list, map };

  Kind kind = Kind::null;
  Position at;
  uint32_t width = 0;             // columns of a scalar as written; 0 for lists and maps
  std::string text;               // scalars only; "true" or "false" for booleans, decimal for integers
  std::vector<Node> items;        // lists only
  std::vector<MapEntry> entries;  // maps only, in the order written, no key twice

  bool is_scalar() const { return kind != Kind::list && kind != Kind::map; }
  bool is_map() const { return kind == Kind::map; }
  bool is_list() const { return kind == Kind::list; }

  // The value under `key` of a map; nullptr when there is none or this is no map.
  const Node* find(std::string_view key) const;
  // The text of a string scalar under `key`; empty when there is none.
  std::string_view find_text(std::string_view key) const;
};

// A key with its own place, and its value.
struct MapEntry {
  std::string key;
  Position key_at;
  uint32_t key_width = 0;
  Node value;
};

// "a map", "a list", "a string" ...: for messages.
std::string_view describe(Node::Kind kind);

// What one text held: its documents in order (empty ones left out) and everything that is wrong with it as YAML. A
// document with an error is not in `documents`; the others are.
struct YamlFile {
  std::shared_ptr<const SourceFile> source;
  std::vector<Node> documents;
  Findings findings;
};

// Reads YAML (or JSON, which is YAML). `file` is the name findings show.
YamlFile parse_yaml(std::string text, std::string file);

// Opens and reads a file; "-" is standard input. Trouble with the file is a finding, too.
YamlFile read_yaml_file(const std::string& path);

// JSON of an API request, strictly: no duplicate keys, kDepthMax deep at most. The error is one sentence.
Result<Json> parse_json(std::string_view text, size_t size_max = kObjectSizeMax);

// Positions get lost one way and are nowhere the other; otherwise loss-free.
Json to_json(const Node& node);
Node to_node(const Json& json);

// "mirror_percent" -> "mirrorPercent": protobuf's JSON allows both spellings.
std::string snake_to_camel(std::string_view name);

// The node at "spec.http[0].route[1].weight" (keys with dots: metadata.labels["a.b/c"]), or its nearest ancestor that
// exists. Keys that were written in snake_case are found under their lowerCamelCase name, too.
struct Located {
  const Node* node = nullptr;
  Position at;         // of a scalar, else of the key it stands under
  uint32_t width = 0;  // columns to underline
  bool exact = false;  // the whole path exists
};
Located locate(const Node& root, std::string_view path);

// YAML for people: block style, keys in JSON order (sorted), strings quoted where they would read as something else.
std::string print_yaml(const Json& json);

}  // namespace weft::api
