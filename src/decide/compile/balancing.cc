#include "decide/compile/balancing.h"

#include <algorithm>

#include "decide/compile/wire_values.h"

namespace weft::decide {
namespace {

namespace cluster = envoy::config::cluster::v3;
using google::protobuf::UInt32Value;

bool is_prime(uint64_t number) {
  if (number < 2) return false;
  for (uint64_t divisor = 2; divisor * divisor <= number; ++divisor) {
    if (number % divisor == 0) return false;
  }
  return true;
}

Result<> fill_ring(const cluster::Cluster::RingHashLbConfig& wire, HashTableSize& size) {
  constexpr uint64_t kPlacesMax = 8 * 1024 * 1024;  // Envoy's bound
  if (wire.hash_function() != cluster::Cluster::RingHashLbConfig::XX_HASH) {
    return fail(Reason::unsupported, "ring_hash_lb_config: only XX_HASH is supported");
  }
  if (wire.has_minimum_ring_size()) size.ring_min = wire.minimum_ring_size().value();
  if (wire.has_maximum_ring_size()) size.ring_max = wire.maximum_ring_size().value();
  if (size.ring_min > size.ring_max || size.ring_max > kPlacesMax) {
    return fail(Reason::invalid, "ring_hash_lb_config: the least size exceeds the greatest, or that 8388608");
  }
  return {};
}

// Maglev visits each slot only if their number is a prime.
Result<> fill_maglev(const cluster::Cluster::MaglevLbConfig& wire, HashTableSize& size) {
  constexpr uint64_t kSlotsMax = 5'000'011;  // Envoy's bound
  if (!wire.has_table_size()) return {};
  const uint64_t slots = wire.table_size().value();
  if (slots > kSlotsMax || !is_prime(slots)) {
    return fail(Reason::invalid, "maglev_lb_config: table_size must be a prime of at most 5000011");
  }
  size.maglev = static_cast<uint32_t>(slots);
  return {};
}

void fill_slow_start(const cluster::Cluster::SlowStartConfig& wire, Cluster& compiled) {
  const Duration window = to_duration(wire.slow_start_window());
  if (window <= Duration::zero()) return;
  SlowStart start{.window = window};
  if (wire.aggression().default_value() > 0) start.aggression = wire.aggression().default_value();
  if (wire.has_min_weight_percent()) start.share_min = wire.min_weight_percent().value() / 100;
  compiled.slow_start = start;
}

Result<> fill_policy(const cluster::Cluster& wire, Cluster& compiled) {
  switch (wire.lb_policy()) {
    case cluster::Cluster::ROUND_ROBIN:
      compiled.balancing = Balancing::round_robin;
      fill_slow_start(wire.round_robin_lb_config().slow_start_config(), compiled);
      return {};
    case cluster::Cluster::RANDOM:
      compiled.balancing = Balancing::random;
      return {};
    case cluster::Cluster::LEAST_REQUEST:
      compiled.balancing = Balancing::least_request;
      fill_slow_start(wire.least_request_lb_config().slow_start_config(), compiled);
      if (wire.least_request_lb_config().has_choice_count()) {
        compiled.choices = std::clamp(wire.least_request_lb_config().choice_count().value(), 2U, 100U);
      }
      return {};
    case cluster::Cluster::RING_HASH:
      compiled.balancing = Balancing::ring_hash;
      return fill_ring(wire.ring_hash_lb_config(), compiled.hash_table);
    case cluster::Cluster::MAGLEV:
      compiled.balancing = Balancing::maglev;
      return fill_maglev(wire.maglev_lb_config(), compiled.hash_table);
    case cluster::Cluster::CLUSTER_PROVIDED:
      compiled.balancing = Balancing::provided;
      return {};
    default:
      return fail(Reason::unsupported,
                  "lb_policy " + cluster::Cluster::LbPolicy_Name(wire.lb_policy()) + " is not supported");
  }
}

// How many errors in a row eject. 0, none, if it is not enforced.
uint32_t errors_that_eject(const UInt32Value& count, bool has_count, bool enforced) {
  constexpr uint32_t kByDefault = 5;
  if (!enforced) return 0;
  return has_count ? count.value() : kByDefault;
}

// Enforcement is a percentage; Weft ejects always or never.
bool is_enforced(const UInt32Value& percent, bool has_percent, bool by_default) {
  return has_percent ? percent.value() > 0 : by_default;
}

}  // namespace

Result<> fill_balancing(const cluster::Cluster& wire, Cluster& compiled) {
  WEFT_CHECK(fill_policy(wire, compiled));
  const auto* weft = metadata_of(wire.metadata(), "weft");
  const bool prefers_fast = weft != nullptr && text_field(*weft, "balancing") == "peak-ewma";
  if (prefers_fast && compiled.balancing == Balancing::least_request) compiled.balancing = Balancing::peak_ewma;
  const bool is_provided = compiled.balancing == Balancing::provided;
  if (is_provided != (compiled.discovery == Discovery::original_destination)) {
    return fail(Reason::invalid, "lb_policy CLUSTER_PROVIDED goes with type ORIGINAL_DST, and with no other");
  }
  const auto& common = wire.common_lb_config();
  compiled.weighs_localities = common.has_locality_weighted_lb_config();
  if (common.has_healthy_panic_threshold()) {
    compiled.panic_percent = static_cast<uint32_t>(std::clamp(common.healthy_panic_threshold().value(), 0.0, 100.0));
  }
  return {};
}

// The defaults that differ from counter to counter are Envoy's.
OutlierDetection to_outlier_detection(const cluster::OutlierDetection& wire) {
  OutlierDetection detection;
  detection.consecutive_5xx =
      errors_that_eject(wire.consecutive_5xx(), wire.has_consecutive_5xx(),
                        is_enforced(wire.enforcing_consecutive_5xx(), wire.has_enforcing_consecutive_5xx(), true));
  detection.consecutive_gateway_errors =
      errors_that_eject(wire.consecutive_gateway_failure(), wire.has_consecutive_gateway_failure(),
                        is_enforced(wire.enforcing_consecutive_gateway_failure(),
                                    wire.has_enforcing_consecutive_gateway_failure(), false));
  detection.consecutive_local_errors =
      errors_that_eject(wire.consecutive_local_origin_failure(), wire.has_consecutive_local_origin_failure(),
                        is_enforced(wire.enforcing_consecutive_local_origin_failure(),
                                    wire.has_enforcing_consecutive_local_origin_failure(), true));
  detection.splits_local_errors = wire.split_external_local_origin_errors();
  // Sweeping more often than this would be work for nothing.
  constexpr Duration kIntervalMin = std::chrono::milliseconds(10);
  if (wire.has_interval()) detection.interval = std::max(to_duration(wire.interval()), kIntervalMin);
  if (wire.has_base_ejection_time()) detection.base_ejection_time = to_duration(wire.base_ejection_time());
  if (wire.has_max_ejection_time()) detection.ejection_time_max = to_duration(wire.max_ejection_time());
  if (wire.has_max_ejection_percent()) detection.ejected_percent_max = wire.max_ejection_percent().value();
  if (wire.has_successful_active_health_check_uneject_host())
    detection.ends_by_health_check = wire.successful_active_health_check_uneject_host().value();
  return detection;
}

}  // namespace weft::decide
