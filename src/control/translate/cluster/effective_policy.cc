#include "control/translate/cluster/effective_policy.h"

namespace weft::control::translate {
namespace {

template <class T>
const T* pointer_to(const std::optional<T>& block) {
  return block ? &*block : nullptr;
}

template <class T>
void replace(const T*& block, const std::optional<T>& by) {
  if (by) block = &*by;
}

void override_with(EffectivePolicy& policy, const api::istio::TrafficPolicy& by, uint32_t port) {
  replace(policy.load_balancer, by.load_balancer);
  replace(policy.connection_pool, by.connection_pool);
  replace(policy.outlier_detection, by.outlier_detection);
  replace(policy.retry_budget, by.retry_budget);
  replace(policy.tls, by.tls);
  for (const auto& entry : by.port_level_settings) {
    if (!entry.port || entry.port->number != port) continue;
    policy.load_balancer = pointer_to(entry.load_balancer);
    policy.connection_pool = pointer_to(entry.connection_pool);
    policy.outlier_detection = pointer_to(entry.outlier_detection);
    policy.tls = pointer_to(entry.tls);
    return;
  }
}

}  // namespace

const api::istio::TcpPool* EffectivePolicy::tcp_pool() const {
  return connection_pool ? pointer_to(connection_pool->tcp) : nullptr;
}
const api::istio::HttpPool* EffectivePolicy::http_pool() const {
  return connection_pool ? pointer_to(connection_pool->http) : nullptr;
}

EffectivePolicy effective_policy(const api::istio::MeshConfig& mesh, const mesh::MergedRule* rule,
                                 const api::istio::Subset* subset, uint32_t port) {
  EffectivePolicy policy;
  policy.prefers_fast = rule && rule->prefers_fast();
  policy.mesh = &mesh;
  if (mesh.default_traffic_policy) {
    policy.connection_pool = pointer_to(mesh.default_traffic_policy->connection_pool);
    policy.outlier_detection = pointer_to(mesh.default_traffic_policy->outlier_detection);
  }
  if (rule && rule->traffic_policy) override_with(policy, *rule->traffic_policy, port);
  if (subset && subset->traffic_policy) override_with(policy, *subset->traffic_policy, port);
  return policy;
}

}  // namespace weft::control::translate
