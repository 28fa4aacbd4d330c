// Which blocks of a DestinationRule hold for one port and subset. Pure.
#pragma once

#include <cstdint>

#include "api/istio/destination_rule.h"
#include "api/istio/mesh_config.h"
#include "control/mesh/destination_rules.h"
#include "control/mesh/objects.h"

namespace weft::control::translate {

// Pointers into the rule; null = Istio's defaults.
struct EffectivePolicy {
  const api::istio::LoadBalancer* load_balancer = nullptr;
  const api::istio::ConnectionPool* connection_pool = nullptr;
  const api::istio::OutlierDetection* outlier_detection = nullptr;
  const api::istio::RetryBudget* retry_budget = nullptr;
  const api::istio::ClientTls* tls = nullptr;      // null: the mesh's own, where endpoints take it
  bool prefers_fast = false;                       // Weft's own: by latency instead of LEAST_REQUEST
  mesh::Prefers prefers = mesh::Prefers::nothing;  // the service's own word; a rule's on localities goes before it
  const api::istio::MeshConfig* mesh = nullptr;    // what holds where no block says anything; null: Istio's defaults

  const api::istio::TcpPool* tcp_pool() const;
  const api::istio::HttpPool* http_pool() const;
};

// A subset's block replaces the same block of the host; an entry for the port replaces all blocks but the retry budget
// wholesale, also with "unset" (DestinationRule.trafficPolicy.portLevelSettings). `rule` and `subset` may be null.
// Where no rule sets a block, it is the one of MeshConfig.defaultTrafficPolicy.
EffectivePolicy effective_policy(const api::istio::MeshConfig& mesh, const mesh::MergedRule* rule,
                                 const api::istio::Subset* subset, uint32_t port);

}  // namespace weft::control::translate
