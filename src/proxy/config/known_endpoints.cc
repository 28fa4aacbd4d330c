#include "proxy/config/known_endpoints.h"

#include <string>
#include <utility>

namespace weft::proxy {
namespace {

using envoy::config::core::v3::HealthStatus;
using envoy::config::endpoint::v3::ClusterLoadAssignment;
using envoy::config::endpoint::v3::LocalityLbEndpoints;

void fill_locality(const decide::Locality& locality, uint32_t priority, LocalityLbEndpoints& group) {
  group.set_priority(priority);
  if (locality.weight != 0) group.mutable_load_balancing_weight()->set_value(locality.weight);
  if (locality.region.empty()) return;
  group.mutable_locality()->set_region(locality.region);
  group.mutable_locality()->set_zone(locality.zone);
  group.mutable_locality()->set_sub_zone(locality.subzone);
}

void fill_address(const decide::EndpointAddress& from, envoy::config::core::v3::Address& address) {
  if (from.is_socket_file()) {
    address.mutable_pipe()->set_path(from.socket_file);
    return;
  }
  address.mutable_socket_address()->set_address(from.ip.to_string());
  address.mutable_socket_address()->set_port_value(from.port);
}

std::string name_behind(const decide::Cluster& cluster) {
  return cluster.dns && cluster.dns->names.size() == 1 ? cluster.dns->names.front().host : "";
}

}  // namespace

ClusterLoadAssignment known_endpoints(const decide::Cluster& cluster, const decide::EndpointSet& set) {
  ClusterLoadAssignment assignment;
  assignment.set_cluster_name(cluster.name);
  const std::string host = name_behind(cluster);
  LocalityLbEndpoints* group = nullptr;
  std::pair<uint32_t, uint32_t> place;  // of the group: priority and locality
  for (const auto& endpoint : set.endpoints) {
    if (group == nullptr || place != std::pair(endpoint.priority, endpoint.locality)) {
      group = assignment.add_endpoints();
      place = {endpoint.priority, endpoint.locality};
      if (endpoint.locality < set.localities.size())
        fill_locality(set.localities[endpoint.locality], endpoint.priority, *group);
    }
    auto& one = *group->add_lb_endpoints();
    one.set_health_status(endpoint.is_healthy ? HealthStatus::HEALTHY : HealthStatus::UNHEALTHY);
    one.mutable_load_balancing_weight()->set_value(endpoint.weight);
    one.mutable_endpoint()->set_hostname(host);
    fill_address(endpoint.address, *one.mutable_endpoint()->mutable_address());
  }
  return assignment;
}

}  // namespace weft::proxy
