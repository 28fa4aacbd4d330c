// DestinationRule.trafficPolicy.outlierDetection.
#include <envoy/config/cluster/v3/cluster.pb.h>
#include <envoy/config/cluster/v3/outlier_detection.pb.h>

#include "control/translate/cluster/policies.h"
#include "control/translate/encode.h"

namespace weft::control::translate {
namespace {

constexpr uint32_t kEnforced = 100;

// 0 turns a counter off; Envoy needs its enforcement set to 0 for that.
void fill_counters(const api::istio::OutlierDetection& policy,
                   envoy::config::cluster::v3::OutlierDetection& detection) {
  if (policy.consecutive_5xx_errors) {
    uint32_t errors = *policy.consecutive_5xx_errors;
    if (errors > 0) detection.mutable_consecutive_5xx()->set_value(errors);
    detection.mutable_enforcing_consecutive_5xx()->set_value(errors > 0 ? kEnforced : 0);
  }
  if (policy.consecutive_gateway_errors) {
    uint32_t errors = *policy.consecutive_gateway_errors;
    if (errors > 0) detection.mutable_consecutive_gateway_failure()->set_value(errors);
    detection.mutable_enforcing_consecutive_gateway_failure()->set_value(errors > 0 ? kEnforced : 0);
  }
  if (!policy.split_external_local_origin_errors) return;
  detection.set_split_external_local_origin_errors(true);
  if (!policy.consecutive_local_origin_failures) return;
  uint32_t failures = *policy.consecutive_local_origin_failures;
  if (failures > 0) detection.mutable_consecutive_local_origin_failure()->set_value(failures);
  detection.mutable_enforcing_consecutive_local_origin_failure()->set_value(failures > 0 ? kEnforced : 0);
}

}  // namespace

void apply_outlier_detection(const EffectivePolicy& policy, envoy::config::cluster::v3::Cluster& cluster) {
  if (!policy.outlier_detection) return;
  const auto& wanted = *policy.outlier_detection;
  auto& detection = *cluster.mutable_outlier_detection();
  fill_counters(wanted, detection);
  if (wanted.interval) set_duration(*wanted.interval, *detection.mutable_interval());
  if (wanted.base_ejection_time) set_duration(*wanted.base_ejection_time, *detection.mutable_base_ejection_time());
  if (wanted.max_ejection_percent) {
    detection.mutable_max_ejection_percent()->set_value(static_cast<uint32_t>(*wanted.max_ejection_percent));
  }
  // Ejection by success rate is Envoy's default, not Istio's.
  detection.mutable_enforcing_success_rate()->set_value(0);
  if (wanted.min_health_percent && *wanted.min_health_percent > 0) {
    cluster.mutable_common_lb_config()->mutable_healthy_panic_threshold()->set_value(*wanted.min_health_percent);
  }
}

}  // namespace weft::control::translate
