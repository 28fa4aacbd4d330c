#include "control/mesh/peer_rules.h"

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

PeerRules peer_rules(const MeshView& view, std::string_view space, const model::Labels& labels) {
  PeerAuthenticationPtr of_mesh;
  PeerAuthenticationPtr of_space;
  PeerAuthenticationPtr of_workload;
  for (const auto& policy : view.peer_authentications().selecting(space, labels, view.root_space())) {
    const bool is_root = policy->space == view.root_space();
    if (is_root && !policy->selector.empty()) continue;
    auto& holder = is_root ? of_mesh : policy->selector.empty() ? of_space : of_workload;
    if (!holder) holder = policy;  // the oldest comes first
  }
  PeerRules rules;
  for (const auto& policy : {of_mesh, of_space, of_workload}) rules.add(policy);
  return rules;
}

}  // namespace weft::control::mesh
