#include "control/mesh/peer_rules.h"

#include <algorithm>

namespace weft::control::mesh {

using api::istio::MutualTlsMode;

const PeerRule& PeerRules::of(uint32_t port) const {
  const auto found = ports_.find(port);
  return found == ports_.end() ? rest_ : found->second;
}

// A port that is named without a mode has the workload's, as all others.
void PeerRules::add(const PeerAuthenticationPtr& policy) {
  if (!policy) return;
  if (policy->mode != MutualTlsMode::unset) rest_ = {policy->mode, policy};
  for (const auto& [port, mode] : policy->ports) {
    if (mode != MutualTlsMode::unset) ports_[port] = {mode, policy};
  }
}

ServedModes::ServedModes(const MeshView& view, std::string_view space, const model::Labels& labels)
    : now_(peer_rules(view.peer_authentications(), view.root_space(), space, labels)) {
  for (const auto& policies : view.former_peer_authentications())
    former_.push_back(peer_rules(policies, view.root_space(), space, labels));
}

MutualTlsMode ServedModes::of(uint32_t port) const {
  const PeerRule& rule = now_.of(port);
  const bool is_on_its_way = std::ranges::any_of(
      former_, [&](const PeerRules& former) { return former.of(port).takes_mutual_tls() != rule.takes_mutual_tls(); });
  return is_on_its_way ? MutualTlsMode::permissive : rule.mode;
}

PeerRules peer_rules(const WorkloadPolicies<PeerAuthentication>& policies, std::string_view root_space,
                     std::string_view space, const model::Labels& labels) {
  PeerAuthenticationPtr of_mesh;
  PeerAuthenticationPtr of_space;
  PeerAuthenticationPtr of_workload;
  for (const auto& policy : policies.selecting(space, labels, root_space)) {
    const bool is_root = policy->space == root_space;
    if (is_root && !policy->selector.empty()) continue;
    auto& holder = is_root ? of_mesh : policy->selector.empty() ? of_space : of_workload;
    if (!holder) holder = policy;  // the oldest comes first
  }
  PeerRules rules;
  for (const auto& policy : {of_mesh, of_space, of_workload}) rules.add(policy);
  return rules;
}

}  // namespace weft::control::mesh
