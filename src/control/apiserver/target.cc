#include "control/apiserver/target.h"

#include <span>

#include "control/store/object_json.h"

namespace weft::control {
namespace {

using Segments = std::span<const std::string>;

bool is_subresource_of_namespaces(const std::string& word) {
  return word == "status" || word == "finalize";
}

// NAME, NAME/SUBRESOURCE or nothing behind the plural.
std::optional<Target> with_rest(Target target, Segments rest) {
  if (rest.size() > 2) return std::nullopt;
  if (!rest.empty()) target.name = rest[0];
  if (rest.size() == 2) target.subresource = rest[1];
  return target;
}

}  // namespace

Key Target::key() const {
  return {type_of(*kind), space, name};
}

std::optional<Target> read_resource_path(const std::vector<std::string>& path) {
  Segments rest(path);
  std::string group;
  if (rest.size() >= 3 && rest[0] == "api") {
    rest = rest.subspan(1);
  } else if (rest.size() >= 4 && rest[0] == "apis") {
    group = rest[1];
    rest = rest.subspan(2);
  } else {
    return std::nullopt;
  }
  Target target{.version = rest[0]};
  rest = rest.subspan(1);
  const bool is_inside_namespace =
      rest.size() >= 3 && rest[0] == "namespaces" && !(rest.size() == 3 && is_subresource_of_namespaces(rest[2]));
  if (is_inside_namespace) {
    target.space = rest[1];
    rest = rest.subspan(2);
  }
  target.kind = api::find_kind_by_path(group, target.version, rest[0]);
  if (target.kind == nullptr) return std::nullopt;
  // An object of a namespaced kind is only reached through its namespace, a cluster-scoped one only without.
  const bool is_collection = rest.size() == 1;
  if (target.kind->is_namespaced() != is_inside_namespace && !(is_collection && !is_inside_namespace))
    return std::nullopt;
  return with_rest(std::move(target), rest.subspan(1));
}

}  // namespace weft::control
