// Nearness: which endpoints a client prefers for where they run (DestinationRule.trafficPolicy.loadBalancer.
// localityLbSetting): by priority where endpoints that fail are ejected, or by fixed shares. Pure.
#pragma once

#include <map>
#include <utility>

#include "control/mesh/locality.h"
#include "control/mesh/objects.h"
#include "control/translate/cluster/effective_policy.h"

namespace envoy::config::endpoint::v3 {
class ClusterLoadAssignment;
class LocalityLbEndpoints;
}  // namespace envoy::config::endpoint::v3

namespace weft::control::translate {

// For one client and the policy of one cluster, which outlive it.
class Nearness {
 public:
  Nearness(const EffectivePolicy& policy, const model::Labels& client);

  // 0 is nearest. Ranks may leave gaps.
  uint32_t rank(const mesh::Endpoint& endpoint) const;

  // Endpoints by rank and locality.
  using Groups =
      std::map<std::pair<uint32_t, mesh::Locality>, envoy::config::endpoint::v3::LocalityLbEndpoints, std::less<>>;
  // Adds the groups, with the priorities and weights that follow; those that get nothing are left out.
  void arrange(Groups groups, envoy::config::endpoint::v3::ClusterLoadAssignment& assignment) const;

 private:
  uint32_t rank_by_locality(const mesh::Locality& locality) const;
  uint32_t rank_by_labels(const mesh::Endpoint& endpoint) const;
  void distribute(Groups& groups) const;

  const model::Labels& client_labels_;
  mesh::Locality client_;
  const api::istio::LocalityLoadBalancer* setting_ = nullptr;  // may be null
  const api::istio::LocalityDistribute* shares_ = nullptr;     // of the client's locality, if it has some
  bool fails_over_ = false;
};

// Whether the cluster must weigh localities for that.
bool weighs_localities(const EffectivePolicy& policy);

}  // namespace weft::control::translate
