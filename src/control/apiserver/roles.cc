#include "control/apiserver/roles.h"

#include <algorithm>

#include <fmt/format.h>

#include "control/apiserver/access_review.h"
#include "control/apiserver/remote_call.h"

namespace weft::control {
namespace {

// Where MeshConfig, policies for the whole mesh and an authority that is plugged in have their place.
constexpr std::string_view kMeshSpace = "istio-system";

Role needed_for_own(const Call& call, bool is_read) {
  const std::string& what = call.path[3];
  if (what == "tokens") return Role::admin;
  if (is_read) return Role::viewer;
  return what == "apply" ? Role::editor : Role::admin;
}

Role needed_to_read(const Target& target) {
  if (target.kind->kind != "Secret") return Role::viewer;
  // A list of everything would show the mesh's own, too.
  return target.space.empty() || target.space == kMeshSpace ? Role::admin : Role::editor;
}

Role needed_for(const Target& target, bool is_read, bool removes) {
  if (target.subresource == "token") return Role::admin;  // it makes whoever has it a pod
  // Whatever the method: WebSockets begin with GET.
  if (is_remote(target)) return needed_to_write(*target.kind, target.space, target.name);
  if (is_read) return needed_to_read(target);
  const bool is_everywhere = target.is_collection() && target.space.empty();
  if (removes && is_everywhere) return Role::admin;
  return needed_to_write(*target.kind, target.space, target.name);
}

}  // namespace

Role needed_role(const Call& call, const std::optional<Target>& target) {
  const bool is_read = call.head.method == "GET" || call.head.is_head();
  if (target) return needed_role(*target, call.head.method);
  if (is_access_review(call.path)) return Role::viewer;
  const bool is_own = call.path.size() >= 4 && call.path[0] == "apis" && call.path[1] == "weft.dev";
  if (is_own) return needed_for_own(call, is_read);
  return is_read ? Role::viewer : Role::editor;
}

Role needed_role(const Target& target, std::string_view method) {
  return needed_for(target, method == "GET" || method == "HEAD", method == "DELETE");
}

Role needed_to_write(const api::Kind& kind, std::string_view space, std::string_view name) {
  const bool is_mesh_space = kind.kind == "Namespace" && name == kMeshSpace;
  return is_mesh_space || space == kMeshSpace ? Role::admin : Role::editor;
}

Reply<> check_role(Role caller, Role needed) {
  if (caller >= needed) return {};
  return refuse({403,
                 "Forbidden",
                 fmt::format("this takes the role {}; the caller's is {}", to_string(needed), to_string(caller)),
                 {}});
}

}  // namespace weft::control
