#include <map>

#include <envoy/config/cluster/v3/cluster.pb.h>

#include "control/translate/cluster/policies.h"
#include "control/translate/encode.h"
#include "control/translate/inbound.h"
#include "control/translate/names.h"
#include "control/translate/origin_metadata.h"
#include "control/translate/socket_mark.h"

namespace weft::control::translate {
namespace {

using envoy::config::cluster::v3::Cluster;

// Of a rule, only its connection pool means something to the receiving side; limits of connections protect the
// application as they protect the way to it.
Encoded build(const mesh::MeshView& view, const Scope& scope, const InboundPort& port) {
  const auto& service = *port.service;
  auto rule = view.destination_rule({scope.space, scope.labels, service.host, service.space});
  EffectivePolicy policy;
  policy.connection_pool = effective_policy(view.config(), rule.get(), nullptr, port.service_port).connection_pool;
  Cluster cluster;
  cluster.set_name(inbound_cluster(port.number));
  cluster.set_type(Cluster::ORIGINAL_DST);
  cluster.set_lb_policy(Cluster::CLUSTER_PROVIDED);
  constexpr int64_t kNever = 9223372035;  // seconds: the application's address does not go stale
  cluster.mutable_cleanup_interval()->set_seconds(kNever);
  apply_connections(policy, cluster);
  bind_to_magic_address(*cluster.mutable_upstream_bind_config());
  apply_circuit_breakers(policy, cluster);
  apply_http_options(policy, port.protocol, Hop::to_application, cluster);
  add_origin(rule ? rule->origin() : service.origin, *cluster.mutable_metadata());
  add_service(service, "", *cluster.mutable_metadata());
  return encode(cluster.name(), cluster);
}

}  // namespace

std::vector<InboundPort> inbound_ports(const mesh::MeshView& view, const Client& client) {
  auto pod = view.pod(client.space, client.pod);
  std::map<uint32_t, InboundPort> ports;
  for (const auto& service : view.services().selecting(client.space, labels_of(client, view))) {
    for (const auto& port : service->ports) {
      uint32_t target = mesh::target_of(port, pod.get());
      if (target == 0 || target == kInboundPort || port.protocol == mesh::Protocol::udp) continue;
      ports.try_emplace(target, InboundPort{target, port.number, port.protocol, service});
    }
  }
  std::vector<InboundPort> ordered;
  for (auto& [number, port] : ports) ordered.push_back(std::move(port));
  return ordered;
}

Resources inbound_clusters(const mesh::MeshView& view, const Client& client, const std::vector<InboundPort>& ports) {
  Resources clusters;
  auto scope = scope_of(client, view);
  for (const auto& port : ports) clusters.push_back(build(view, scope, port));
  return clusters;
}

}  // namespace weft::control::translate
