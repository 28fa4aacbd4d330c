#include "control/translate/cluster/nearness.h"

#include <algorithm>
#include <limits>
#include <optional>

#include <envoy/config/endpoint/v3/endpoint.pb.h>

namespace weft::control::translate {
namespace {

using api::istio::LocalityLoadBalancer;
using Group = envoy::config::endpoint::v3::LocalityLbEndpoints;

// What Istio makes of a Service's trafficDistribution.
const LocalityLoadBalancer& setting_for(mesh::Prefers preference) {
  static const std::vector<std::string> kZone = {"topology.istio.io/network", std::string(mesh::kRegionLabel),
                                                 std::string(mesh::kZoneLabel)};
  static const std::vector<std::string> kNode = {kZone[0], kZone[1], kZone[2], std::string(mesh::kSubzoneLabel),
                                                 "kubernetes.io/hostname"};
  static const LocalityLoadBalancer same_zone{.failover_priority = kZone};
  static const LocalityLoadBalancer same_node{.failover_priority = kNode};
  return preference == mesh::Prefers::same_node ? same_node : same_zone;
}

bool rule_has_its_own(const EffectivePolicy& policy) {
  return policy.load_balancer != nullptr && policy.load_balancer->locality_lb_setting.has_value();
}

// Whether the service's preference is what counts.
bool service_decides(const EffectivePolicy& policy) {
  return policy.prefers != mesh::Prefers::nothing && !rule_has_its_own(policy);
}

// A rule's own setting comes before the service's, and that before MeshConfig.localityLbSetting.
const LocalityLoadBalancer* setting_of(const EffectivePolicy& policy) {
  if (rule_has_its_own(policy)) return &*policy.load_balancer->locality_lb_setting;
  if (service_decides(policy)) return &setting_for(policy.prefers);
  return policy.mesh && policy.mesh->locality_lb_setting ? &*policy.mesh->locality_lb_setting : nullptr;
}

// The weight of a group's endpoints together.
uint64_t size_of(const Group& group) {
  uint64_t size = 0;
  for (const auto& endpoint : group.lb_endpoints()) size += endpoint.load_balancing_weight().value();
  return size;
}

// Proxies refuse weights that add up to more than 32 bits hold: such are made smaller in proportion.
void bound_weights(Nearness::Groups& groups) {
  uint64_t sum = 0;
  uint64_t count = 0;
  for (const auto& [key, group] : groups) {
    sum += size_of(group);
    count += static_cast<uint64_t>(group.lb_endpoints_size());
  }
  constexpr uint64_t kSumMax = std::numeric_limits<uint32_t>::max();
  if (sum <= kSumMax) return;
  for (auto& [key, group] : groups) {
    for (auto& endpoint : *group.mutable_lb_endpoints()) {
      auto& weight = *endpoint.mutable_load_balancing_weight();
      const double share = static_cast<double>(weight.value()) / static_cast<double>(sum);
      weight.set_value(1 + static_cast<uint32_t>(share * static_cast<double>(kSumMax - count)));
    }
  }
}

}  // namespace

// Without a setting of its own a destination has the mesh's; Istio's default is on, and nothing else. Failover
// needs outlier detection, or no endpoint would ever be seen to fail; but for a service that has asked for it.
Nearness::Nearness(const EffectivePolicy& policy, const model::Labels& client)
    : client_labels_(client), client_(mesh::locality_of(client)), setting_(setting_of(policy)) {
  if (setting_ != nullptr && !setting_->enabled.value_or(true)) return;
  if (setting_ != nullptr && !setting_->distribute.empty()) {
    const auto found = std::ranges::find_if(
        setting_->distribute, [&](const auto& one) { return mesh::matches(mesh::parse_locality(one.from), client_); });
    if (found != setting_->distribute.end()) shares_ = &*found;
    return;
  }
  fails_over_ = policy.outlier_detection != nullptr || service_decides(policy);
}

uint32_t Nearness::rank(const mesh::Endpoint& endpoint) const {
  if (!fails_over_) return 0;
  if (setting_ != nullptr && !setting_->failover_priority.empty()) return rank_by_labels(endpoint);
  return rank_by_locality(mesh::locality_of(endpoint.labels, endpoint.zone));
}

uint32_t Nearness::rank_by_locality(const mesh::Locality& locality) const {
  if (locality.region != client_.region) {
    if (setting_ == nullptr) return 3;
    // Of several that are for the client's region the first counts, as in Istio.
    const auto leading = std::ranges::find(setting_->failover, client_.region, &api::istio::LocalityFailover::from);
    return leading != setting_->failover.end() && leading->to != locality.region ? 4 : 3;
  }
  if (locality.zone != client_.zone) return 2;
  return locality.subzone == client_.subzone ? 0 : 1;
}

// The more of the labels, from the first on, are the client's, the nearer. "key=value" asks for that value instead.
uint32_t Nearness::rank_by_labels(const mesh::Endpoint& endpoint) const {
  auto rank = static_cast<uint32_t>(setting_->failover_priority.size());
  for (const std::string_view label : setting_->failover_priority) {
    const size_t equals = label.find('=');
    const std::string_view key = label.substr(0, equals);
    const std::string wanted =
        equals == label.npos ? mesh::label_value(client_labels_, key) : std::string(label.substr(equals + 1));
    if (mesh::label_value(endpoint.labels, key) != wanted) break;
    --rank;
  }
  return rank;
}

// Each share is divided among the localities that its name takes in, by their endpoints.
void Nearness::distribute(Groups& groups) const {
  std::map<const Group*, uint64_t> weights;
  for (const auto& [name, percent] : shares_->to) {
    const mesh::Locality pattern = mesh::parse_locality(name);
    const auto is_meant = [&](const auto& entry) { return mesh::matches(pattern, entry.first.second); };
    uint64_t endpoints = 0;
    for (const auto& entry : groups) endpoints += is_meant(entry) ? size_of(entry.second) : 0;
    for (const auto& entry : groups) {
      if (!is_meant(entry)) continue;
      weights[&entry.second] += (percent * size_of(entry.second) + endpoints - 1) / endpoints;
    }
  }
  std::erase_if(groups, [&](const auto& entry) { return !weights.contains(&entry.second); });
  for (auto& [key, group] : groups) {
    group.mutable_load_balancing_weight()->set_value(static_cast<uint32_t>(weights.at(&group)));
  }
}

void Nearness::arrange(Groups groups, envoy::config::endpoint::v3::ClusterLoadAssignment& assignment) const {
  bound_weights(groups);
  for (auto& [key, group] : groups) {
    const mesh::Locality& locality = key.second;
    auto& message = *group.mutable_locality();
    message.set_region(locality.region);
    message.set_zone(locality.zone);
    message.set_sub_zone(locality.subzone);
    group.mutable_load_balancing_weight()->set_value(static_cast<uint32_t>(size_of(group)));
  }
  if (shares_ != nullptr) distribute(groups);
  // Envoy wants priorities without gaps.
  uint32_t priority = 0;
  std::optional<uint32_t> rank;
  for (auto& [key, group] : groups) {
    if (rank && key.first != *rank) ++priority;
    rank = key.first;
    group.set_priority(priority);
    *assignment.add_endpoints() = std::move(group);
  }
}

bool weighs_localities(const EffectivePolicy& policy) {
  const auto* setting = setting_of(policy);
  return setting != nullptr && setting->enabled.value_or(true) && !setting->distribute.empty();
}

}  // namespace weft::control::translate
