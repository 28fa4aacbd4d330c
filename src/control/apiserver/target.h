// Target: which resource a path of the API names.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/kinds.h"
#include "control/store/object.h"

namespace weft::control {

// /api/v1/..., /apis/GROUP/VERSION/... taken apart. A value.
struct Target {
  const api::Kind* kind = nullptr;
  std::string version;      // as in the path; answers are given in it
  std::string space;        // empty: cluster-scoped, or all namespaces
  std::string name;         // empty: the collection
  std::string subresource;  // "status", "scale", "token"; empty: the object itself

  bool is_collection() const { return name.empty(); }
  Key key() const;
};

// Nothing when the path names no resource that is served.
std::optional<Target> read_resource_path(const std::vector<std::string>& path);

}  // namespace weft::control
