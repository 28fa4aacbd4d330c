#include "control/mesh/label_keys.h"

#include "control/mesh/locality.h"

namespace weft::control::mesh {

void LabelKeys::count(const VirtualService& virtual_service, int by) {
  const auto count_rules = [&](const auto& rules) {
    for (const auto& rule : rules) {
      for (const auto& match : rule.match) count(match.source_labels, by);
    }
  };
  count_rules(virtual_service.spec.http);
  count_rules(virtual_service.spec.tls);
  count_rules(virtual_service.spec.tcp);
}

void LabelKeys::count(const DestinationRule& rule, int by) {
  if (rule.spec.workload_selector) count(rule.spec.workload_selector->match_labels, by);
  count(rule.spec.traffic_policy, by);
  for (const auto& subset : rule.spec.subsets) count(subset.traffic_policy, by);
}

// What decides which endpoints are near a client.
void LabelKeys::count(const std::optional<api::istio::TrafficPolicy>& policy, int by) {
  if (!policy) return;
  const auto count_settings = [&](const auto& settings) {
    const auto* nearness = settings.load_balancer && settings.load_balancer->locality_lb_setting
                               ? &*settings.load_balancer->locality_lb_setting
                               : nullptr;
    if (settings.outlier_detection || nearness) count_locality(nearness, by);
  };
  count_settings(*policy);
  for (const auto& port : policy->port_level_settings) count_settings(port);
}

void LabelKeys::count(const api::istio::MeshConfig& mesh, int by) {
  const auto* nearness = mesh.locality_lb_setting ? &*mesh.locality_lb_setting : nullptr;
  const bool ejects = mesh.default_traffic_policy && mesh.default_traffic_policy->outlier_detection;
  if (ejects || nearness) count_locality(nearness, by);
}

void LabelKeys::count_locality(const api::istio::LocalityLoadBalancer* nearness, int by) {
  for (const std::string_view key : kLocalityLabels) uses_[std::string(key)] += by;
  if (!nearness) return;
  for (const std::string& label : nearness->failover_priority) uses_[label.substr(0, label.find('='))] += by;
}

void LabelKeys::count(const model::Labels& labels, int by) {
  for (const auto& [key, value] : labels) uses_[key] += by;
}

std::set<std::string, std::less<>> LabelKeys::in_use() const {
  std::set<std::string, std::less<>> keys;
  for (const auto& [key, uses] : uses_) {
    if (uses > 0) keys.insert(key);
  }
  return keys;
}

}  // namespace weft::control::mesh
