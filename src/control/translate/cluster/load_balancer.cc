// DestinationRule.trafficPolicy.loadBalancer.
#include <envoy/config/cluster/v3/cluster.pb.h>

#include "control/translate/cluster/nearness.h"
#include "control/translate/cluster/policies.h"
#include "control/translate/encode.h"

namespace weft::control::translate {
namespace {

using api::istio::SimpleLoadBalancer;
using envoy::config::cluster::v3::Cluster;

// Istio's defaults: the new endpoint starts at 10 % and its share grows linearly.
void fill_slow_start(const api::istio::Warmup& warmup, Cluster::SlowStartConfig& config) {
  set_duration(warmup.duration, *config.mutable_slow_start_window());
  config.mutable_aggression()->set_default_value(warmup.aggression.value_or(1.0));
  config.mutable_aggression()->set_runtime_key("upstream.slow_start.aggression");
  config.mutable_min_weight_percent()->set_value(warmup.minimum_percent.value_or(10.0));
}

void apply_hash(const api::istio::ConsistentHash& hash, Cluster& cluster) {
  if (hash.maglev) {
    cluster.set_lb_policy(Cluster::MAGLEV);
    cluster.mutable_maglev_lb_config()->mutable_table_size()->set_value(hash.maglev->table_size);
    return;
  }
  constexpr uint64_t kDefaultRingSize = 1024;
  uint64_t size = hash.ring_hash ? hash.ring_hash->minimum_ring_size : hash.minimum_ring_size;
  cluster.set_lb_policy(Cluster::RING_HASH);
  cluster.mutable_ring_hash_lb_config()->mutable_minimum_ring_size()->set_value(size != 0 ? size : kDefaultRingSize);
}

void apply_simple(SimpleLoadBalancer simple, Cluster& cluster) {
  switch (simple) {
    case SimpleLoadBalancer::round_robin:
      cluster.set_lb_policy(Cluster::ROUND_ROBIN);
      break;
    case SimpleLoadBalancer::random:
      cluster.set_lb_policy(Cluster::RANDOM);
      break;
    case SimpleLoadBalancer::passthrough:
      cluster.set_type(Cluster::ORIGINAL_DST);
      cluster.set_lb_policy(Cluster::CLUSTER_PROVIDED);
      cluster.clear_eds_cluster_config();
      cluster.clear_load_assignment();
      break;
    case SimpleLoadBalancer::unspecified:
    case SimpleLoadBalancer::least_request:
      cluster.set_lb_policy(Cluster::LEAST_REQUEST);
      break;
  }
}

}  // namespace

void apply_load_balancer(const EffectivePolicy& policy, Cluster& cluster) {
  // No endpoint is healthy only when none is: panic mode is off, as in Istio (minHealthPercent 0).
  cluster.mutable_common_lb_config()->mutable_healthy_panic_threshold();
  if (cluster.type() == Cluster::ORIGINAL_DST) {
    cluster.set_lb_policy(Cluster::CLUSTER_PROVIDED);
    return;
  }
  if (weighs_localities(policy)) cluster.mutable_common_lb_config()->mutable_locality_weighted_lb_config();
  const auto* balancer = policy.load_balancer;
  if (balancer && balancer->consistent_hash) {
    apply_hash(*balancer->consistent_hash, cluster);
    return;
  }
  apply_simple(balancer ? balancer->simple.value_or(SimpleLoadBalancer::unspecified) : SimpleLoadBalancer::unspecified,
               cluster);
  // Other proxies do not know the key and choose by active requests.
  if (policy.prefers_fast && cluster.lb_policy() == Cluster::LEAST_REQUEST) {
    auto& weft = (*cluster.mutable_metadata()->mutable_filter_metadata())["weft"];
    (*weft.mutable_fields())["balancing"].set_string_value("peak-ewma");
  }
  if (!balancer || !balancer->warmup) return;
  if (cluster.lb_policy() == Cluster::ROUND_ROBIN) {
    fill_slow_start(*balancer->warmup, *cluster.mutable_round_robin_lb_config()->mutable_slow_start_config());
  } else if (cluster.lb_policy() == Cluster::LEAST_REQUEST) {
    fill_slow_start(*balancer->warmup, *cluster.mutable_least_request_lb_config()->mutable_slow_start_config());
  }
}

}  // namespace weft::control::translate
