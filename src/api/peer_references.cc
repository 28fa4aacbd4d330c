#include "api/peer_references.h"

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "api/istio/peer_authentication.h"
#include "api/mesh_in_scene.h"
#include "api/reference_finding.h"

namespace weft::api {
namespace {

using istio::PeerAuthentication;

const model::Labels& peers_selected_by(const PeerAuthentication& policy) {
  static const model::Labels kEveryone;
  return policy.selector ? policy.selector->match_labels : kEveryone;
}

// A workload's policy comes before its namespace's: only two of one scope get in each other's way (as IST0111 says of
// Sidecars).
void check_others_of_scope(const Resource& resource, const ReferenceScene& scene, Findings& findings) {
  const auto& selector = peers_selected_by(*resource.as<PeerAuthentication>());
  const auto& space = resource.metadata.namespace_name;
  for (const Resource* other : scene.all) {
    const auto* theirs = other->as<PeerAuthentication>();
    if (theirs == nullptr || other == &resource || other->metadata.namespace_name != space) continue;
    if (selector.empty() != peers_selected_by(*theirs).empty()) continue;
    if (!selector.empty() && !selects_any(scene, space, selector, peers_selected_by(*theirs))) continue;
    findings.push_back(finding_at(resource, selector.empty() ? "spec" : "spec.selector", Severity::warning,
                                  Code::conflicting_policies,
                                  fmt::format("{} is for the same workloads", name_with_place(*other))));
    findings.back().hint = "the older of the two holds; make one of them";
  }
}

}  // namespace

void check_peer_authentication(const Resource& resource, const ReferenceScene& scene, Findings& findings) {
  const auto& policy = *resource.as<PeerAuthentication>();
  const auto& space = resource.metadata.namespace_name;
  if (policy.has_selector() && space == mesh_config_of(scene).root_namespace) {
    findings.push_back(finding_at(resource, "spec.selector", Severity::warning, Code::no_workload,
                                  "a policy with a selector in the root namespace holds for nobody"));
    findings.back().hint = "put it into the namespace of the workloads";
    return;
  }
  if (policy.has_selector() && !selects_any(scene, space, peers_selected_by(policy), {})) {
    findings.push_back(finding_at(resource, "spec.selector", Severity::warning, Code::no_workload,
                                  "the selector takes no workload that is known"));
  }
  check_others_of_scope(resource, scene, findings);
}

}  // namespace weft::api
