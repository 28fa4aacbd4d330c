#include "control/apiserver/discovery.h"

#include <fmt/format.h>

#include "api/kinds.h"

namespace weft::control {
namespace {

using api::Json;
using api::Kind;

constexpr std::string_view kOwnGroup = "weft.dev";

// Groups and their versions in the order of all_kinds(), the preferred version first; the core group has no entry.
std::vector<std::pair<std::string, std::vector<std::string>>> groups() {
  std::vector<std::pair<std::string, std::vector<std::string>>> result;
  for (const Kind& kind : api::all_kinds()) {
    if (kind.group.empty()) continue;
    auto group = std::find_if(result.begin(), result.end(), [&](const auto& one) { return one.first == kind.group; });
    if (group == result.end()) group = result.insert(result.end(), {std::string(kind.group), {}});
    for (const auto version : kind.versions) {
      auto& versions = group->second;
      if (std::find(versions.begin(), versions.end(), version) == versions.end()) versions.emplace_back(version);
    }
  }
  return result;
}

Json group_document(const std::string& name, const std::vector<std::string>& versions) {
  Json list = Json::array();
  for (const auto& version : versions)
    list.push_back({{"groupVersion", fmt::format("{}/{}", name, version)}, {"version", version}});
  return {{"name", name}, {"versions", list}, {"preferredVersion", list.front()}};
}

Json verbs(std::string_view subresource) {
  if (subresource == "token") return {"create"};
  if (subresource == "log") return Json::array({"get"});
  if (subresource == "exec" || subresource == "portforward" || subresource == "attach") return {"create", "get"};
  if (!subresource.empty()) return {"get", "patch", "update"};
  return {"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"};
}

Json resource_entry(const Kind& kind, std::string_view subresource) {
  Json entry{{"name", subresource.empty() ? std::string(kind.plural) : fmt::format("{}/{}", kind.plural, subresource)},
             {"singularName", subresource.empty() ? std::string(kind.singular) : ""},
             {"namespaced", kind.is_namespaced()},
             {"kind", kind.kind},
             {"verbs", verbs(subresource)}};
  if (subresource == "scale") entry.update({{"group", "autoscaling"}, {"version", "v1"}, {"kind", "Scale"}});
  if (subresource == "exec") entry["kind"] = "PodExecOptions";
  if (subresource == "portforward") entry["kind"] = "PodPortForwardOptions";
  if (subresource == "attach") entry["kind"] = "PodAttachOptions";
  if (subresource == "token")
    entry.update({{"group", "authentication.k8s.io"}, {"version", "v1"}, {"kind", "TokenRequest"}});
  if (!subresource.empty()) return entry;
  if (!kind.short_names.empty()) entry["shortNames"] = kind.short_names;
  if (!kind.categories.empty()) entry["categories"] = kind.categories;
  return entry;
}

std::optional<Json> resource_list(std::string_view group, std::string_view version) {
  Json resources = Json::array();
  for (const Kind& kind : api::all_kinds()) {
    if (kind.group != group || !kind.serves(version)) continue;
    resources.push_back(resource_entry(kind, ""));
    for (const auto subresource : kind.subresources) resources.push_back(resource_entry(kind, subresource));
  }
  if (resources.empty()) return std::nullopt;
  return Json{{"kind", "APIResourceList"},
              {"apiVersion", "v1"},
              {"groupVersion", group.empty() ? std::string(version) : fmt::format("{}/{}", group, version)},
              {"resources", std::move(resources)}};
}

Json group_list() {
  Json list = Json::array();
  for (const auto& [name, versions] : groups()) list.push_back(group_document(name, versions));
  return {{"kind", "APIGroupList"}, {"apiVersion", "v1"}, {"groups", std::move(list)}};
}

std::optional<Json> group_by_name(const std::string& wanted) {
  for (const auto& [name, versions] : groups()) {
    if (name != wanted) continue;
    Json document = group_document(name, versions);
    document.update({{"kind", "APIGroup"}, {"apiVersion", "v1"}});
    return document;
  }
  return std::nullopt;
}

// The API follows the conventions of this Kubernetes version; kubectl compares it with its own.
Json version_document() {
  return {{"major", "1"},
          {"minor", "32"},
          {"gitVersion", fmt::format("v1.32.0+weft-{}", WEFT_VERSION)},
          {"platform", "linux/amd64"},
          {"compiler", "clang"}};
}

}  // namespace

std::optional<Json> discovery_document(const std::vector<std::string>& path) {
  const auto is = [&](std::initializer_list<std::string_view> wanted) {
    return std::equal(path.begin(), path.end(), wanted.begin(), wanted.end());
  };
  if (is({"version"})) return version_document();
  if (is({"api"})) return Json{{"kind", "APIVersions"}, {"versions", {"v1"}}};
  if (is({"api", "v1"})) return resource_list("", "v1");
  if (is({"apis"})) return group_list();
  const bool below_apis = path.size() >= 2 && path[0] == "apis" && path[1] != kOwnGroup;
  if (below_apis && path.size() == 2) return group_by_name(path[1]);
  if (below_apis && path.size() == 3) return resource_list(path[1], path[2]);
  return std::nullopt;
}

}  // namespace weft::control
