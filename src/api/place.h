// Place: where in an object a check stands, so that it can complain with path, line and column. Report: where the
// complaints of one object go.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "api/finding.h"
#include "api/resource.h"
#include "api/tree.h"

namespace weft::api {

// How values may be spelled: Kubernetes' JSON is strict; protobuf's JSON (Istio's kinds) also takes snake_case names,
// numbers as strings and enums by number.
enum class Dialect : uint8_t { kubernetes, protobuf };

// What is said about one object. `source` is null for objects from the API.
struct Report {
  Findings findings;
  std::string object;
  const SourceFile* source = nullptr;
  Strictness strictness = Strictness::strict;
  Dialect dialect = Dialect::kubernetes;

  void add(Severity severity, Code code, std::string path, Position at, uint32_t width, std::string message,
           std::string hint);
  // Whether something at or below a path is wrong: then sums and the like over it would only confuse.
  bool has_error_below(std::string_view path) const;
};

// One value within an object. Places refer to their parents: make them on the stack, keep none.
class Place {
 public:
  // The object itself.
  Place(Report& report, const Node& root) : report_(&report), node_(&root), at_(root.at), width_(1) {}

  const Node& node() const { return *node_; }
  Report& report() const { return *report_; }
  std::string path() const;

  // The entry of a map, and the key of that entry as a place of its own (for complaints about keys).
  Place entry(const MapEntry& entry) const;
  Place key(const MapEntry& entry) const;
  Place item(size_t index) const;

  // The member called `name`, in either spelling. If there is none, a place with its path, at the position of this one.
  Place at(std::string_view name) const;
  Place at(size_t index) const { return item(index); }
  bool has(std::string_view name) const;

  void error(Code code, std::string message, std::string hint = {}) const;
  void warn(Code code, std::string message, std::string hint = {}) const;
  void inform(Code code, std::string message, std::string hint = {}) const;

 private:
  Place(const Place& parent, std::string_view key, const Node& node, Position at, uint32_t width);
  Place(const Place& parent, size_t index, const Node& node);

  Report* report_;
  const Node* node_;
  const Place* parent_ = nullptr;
  std::string_view key_;
  size_t index_ = 0;
  Position at_;
  uint32_t width_ = 1;
};

}  // namespace weft::api
