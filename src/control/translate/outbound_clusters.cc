#include "control/translate/outbound_clusters.h"

#include <envoy/config/cluster/v3/cluster.pb.h>

#include "control/translate/cluster/policies.h"
#include "control/translate/encode.h"
#include "control/translate/names.h"
#include "control/translate/origin_metadata.h"

namespace weft::control::translate {
namespace {

using envoy::config::cluster::v3::Cluster;

// One service port seen by one client.
struct PortContext {
  const mesh::Service& service;
  const mesh::ServicePort& port;
  const mesh::MergedRule* rule;  // may be null
};

void read_endpoints_over_ads(Cluster& cluster) {
  cluster.set_type(Cluster::EDS);
  auto& config = *cluster.mutable_eds_cluster_config();
  config.set_service_name(cluster.name());
  config.mutable_eds_config()->mutable_ads();
  config.mutable_eds_config()->set_resource_api_version(envoy::config::core::v3::V3);
  config.mutable_eds_config()->mutable_initial_fetch_timeout();  // 0: wait for ever rather than serve an empty cluster
}

// Who asks for a cluster: routes, or clients by their server name.
enum class AskedBy : uint8_t { routes, server_name };

Encoded build(const PortContext& context, const mesh::RuleSubset* subset, AskedBy asked_by) {
  std::string_view subset_name = subset ? std::string_view(subset->subset->name) : std::string_view();
  auto policy = effective_policy(context.rule, subset ? subset->subset : nullptr, context.port.number);
  Cluster cluster;
  cluster.set_name(outbound_cluster(context.port.number, subset_name, context.service.host));
  if (context.service.headless) {
    cluster.set_type(Cluster::ORIGINAL_DST);  // the client has chosen the pod by its address
  } else {
    read_endpoints_over_ads(cluster);
  }
  if (asked_by == AskedBy::server_name) {
    cluster.set_name(sni_cluster(context.port.number, subset_name, context.service.host));
  }
  apply_load_balancer(policy, cluster);
  apply_connections(policy, cluster);
  apply_circuit_breakers(policy, cluster);
  apply_http_options(policy, context.port.protocol, cluster);
  apply_outlier_detection(policy, cluster);
  const auto& origin = subset ? subset->rule->origin : context.rule ? context.rule->origin() : context.service.origin;
  add_origin(origin, *cluster.mutable_metadata());
  add_service(context.service, subset_name, *cluster.mutable_metadata());
  return encode(cluster.name(), cluster);
}

Resources clusters_of(const mesh::MeshView& view, const Scope& scope, std::string_view host, AskedBy asked_by) {
  Resources clusters;
  auto service = visible_service(view, scope, host);
  if (!service) return clusters;
  auto rule = view.destination_rule({scope.space, scope.labels, service->host, service->space});
  for (const auto& port : service->ports) {
    if (port.protocol == mesh::Protocol::udp) continue;
    if (asked_by == AskedBy::server_name && port.protocol != mesh::Protocol::tls) continue;
    PortContext context{*service, port, rule.get()};
    clusters.push_back(build(context, nullptr, asked_by));
    if (!rule) continue;
    for (const auto& subset : rule->subsets) clusters.push_back(build(context, &subset, asked_by));
  }
  return clusters;
}

}  // namespace

mesh::ServicePtr visible_service(const mesh::MeshView& view, const Scope& scope, std::string_view host) {
  auto service = view.service(host);
  if (!service || !mesh::is_exported(service->export_to, service->space, scope.space)) return nullptr;
  return service;
}

Resources outbound_clusters(const mesh::MeshView& view, const Scope& scope, std::string_view host) {
  return clusters_of(view, scope, host, AskedBy::routes);
}

Resources sni_clusters(const mesh::MeshView& view, const Scope& scope, std::string_view host) {
  return clusters_of(view, scope, host, AskedBy::server_name);
}

}  // namespace weft::control::translate
