#include <envoy/config/cluster/v3/cluster.pb.h>

#include "control/translate/cluster/policies.h"
#include "control/translate/encode.h"
#include "control/translate/endpoint_address.h"
#include "control/translate/inbound.h"
#include "control/translate/names.h"
#include "control/translate/origin_metadata.h"
#include "control/translate/socket_mark.h"

namespace weft::control::translate {
namespace {

using envoy::config::cluster::v3::Cluster;

// As the connection was addressed, or at one place whatever the address was.
void find_application(const InboundPort& port, Cluster& cluster) {
  if (port.endpoint) {
    cluster.set_type(Cluster::STATIC);
    auto& assignment = *cluster.mutable_load_assignment();
    assignment.set_cluster_name(cluster.name());
    auto& endpoint = *assignment.add_endpoints()->add_lb_endpoints()->mutable_endpoint();
    fill_endpoint_address(port.endpoint->address, port.endpoint->port, *endpoint.mutable_address());
    return;
  }
  cluster.set_type(Cluster::ORIGINAL_DST);
  cluster.set_lb_policy(Cluster::CLUSTER_PROVIDED);
  constexpr int64_t kNever = 9223372035;  // seconds: the application's address does not go stale
  cluster.mutable_cleanup_interval()->set_seconds(kNever);
}

// Of a rule, only its connection pool means something to the receiving side; limits of connections protect the
// application as they protect the way to it. The Sidecar's own word comes first.
EffectivePolicy policy_of(const mesh::MeshView& view, const mesh::MergedRule* rule, const InboundPort& port) {
  EffectivePolicy policy;
  policy.mesh = &view.config();
  policy.connection_pool = port.connection_pool;
  if (!policy.connection_pool) {
    policy.connection_pool = effective_policy(view.config(), rule, nullptr, port.service_port).connection_pool;
  }
  return policy;
}

Encoded build(const mesh::MeshView& view, const Scope& scope, const InboundPort& port) {
  const auto* service = port.service.get();
  const auto rule =
      service ? view.destination_rule({scope.space, scope.labels, service->host, service->space}) : nullptr;
  const auto policy = policy_of(view, rule.get(), port);
  Cluster cluster;
  cluster.set_name(inbound_cluster(port.number));
  find_application(port, cluster);
  apply_connections(policy, cluster);
  const bool is_by_ip = !port.endpoint || !is_socket_file(port.endpoint->address);
  if (is_by_ip) bind_to_magic_address(*cluster.mutable_upstream_bind_config());
  apply_circuit_breakers(policy, cluster);
  apply_http_options(policy, port.protocol, Hop::to_application, cluster);
  if (!service) return encode(cluster.name(), cluster);
  add_origin(rule ? rule->origin() : service->origin, *cluster.mutable_metadata());
  add_service(*service, "", *cluster.mutable_metadata());
  return encode(cluster.name(), cluster);
}

}  // namespace

Resources inbound_clusters(const mesh::MeshView& view, const Client& client, const std::vector<InboundPort>& ports) {
  Resources clusters;
  auto scope = scope_of(client, view);
  for (const auto& port : ports) clusters.push_back(build(view, scope, port));
  return clusters;
}

}  // namespace weft::control::translate
