// The limits in DestinationRule.trafficPolicy.connectionPool, and retryBudget.
#include <limits>

#include <envoy/config/cluster/v3/cluster.pb.h>

#include "control/translate/cluster/policies.h"

namespace weft::control::translate {
namespace {

// Istio's "no limit"; Envoy's own defaults (1024 and 3) would surprise.
constexpr uint32_t kNoLimit = std::numeric_limits<uint32_t>::max();

uint32_t limit_of(int32_t value) {
  return value > 0 ? static_cast<uint32_t>(value) : kNoLimit;
}

}  // namespace

void apply_circuit_breakers(const EffectivePolicy& policy, envoy::config::cluster::v3::Cluster& cluster) {
  const auto* tcp = policy.tcp_pool();
  const auto* http = policy.http_pool();
  auto& thresholds = *cluster.mutable_circuit_breakers()->add_thresholds();
  thresholds.mutable_max_connections()->set_value(tcp ? limit_of(tcp->max_connections) : kNoLimit);
  thresholds.mutable_max_pending_requests()->set_value(http ? limit_of(http->http1_max_pending_requests) : kNoLimit);
  thresholds.mutable_max_requests()->set_value(http ? limit_of(http->http2_max_requests) : kNoLimit);
  thresholds.mutable_max_retries()->set_value(http ? limit_of(http->max_retries) : kNoLimit);
  if (!policy.retry_budget) return;
  constexpr double kDefaultPercent = 20;
  constexpr uint32_t kDefaultConcurrency = 3;
  auto& budget = *thresholds.mutable_retry_budget();
  uint32_t concurrency = policy.retry_budget->min_retry_concurrency;
  budget.mutable_budget_percent()->set_value(policy.retry_budget->percent.value_or(kDefaultPercent));
  budget.mutable_min_retry_concurrency()->set_value(concurrency != 0 ? concurrency : kDefaultConcurrency);
}

}  // namespace weft::control::translate
