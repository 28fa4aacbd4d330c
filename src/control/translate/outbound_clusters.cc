#include "control/translate/outbound_clusters.h"

#include <envoy/config/cluster/v3/cluster.pb.h>

#include "control/translate/cluster/policies.h"
#include "control/translate/encode.h"
#include "control/translate/load_assignment.h"
#include "control/translate/names.h"
#include "control/translate/origin_metadata.h"
#include "control/translate/tls/client_tls.h"
#include "control/translate/visibility.h"

namespace weft::control::translate {
namespace {

using envoy::config::cluster::v3::Cluster;

// One service port seen by one client.
struct PortContext {
  const mesh::MeshView& view;
  const Scope& scope;
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

// Every address of the names (or of the service's own), or just the first one of one name. The pause after a failure is
// MeshConfig.dnsRefreshRate; otherwise answers live as long as they say.
void resolve_names(const PortContext& context, const mesh::RuleSubset* subset, const EffectivePolicy& policy,
                   Cluster& cluster) {
  const bool takes_first = context.service.resolution == mesh::Resolution::first_of_dns;
  cluster.set_type(takes_first ? Cluster::LOGICAL_DNS : Cluster::STRICT_DNS);
  cluster.set_dns_lookup_family(Cluster::V4_ONLY);
  cluster.set_respect_dns_ttl(true);
  set_duration(context.view.config().dns_refresh_rate, *cluster.mutable_dns_refresh_rate());
  const auto endpoints = context.view.endpoints(context.service.space, context.service.host);
  *cluster.mutable_load_assignment() =
      load_assignment({context.view, context.service, context.port, subset ? subset->subset : nullptr}, *endpoints,
                      multiplex_of(context.port, policy), Nearness(policy, context.scope.labels));
}

void find_endpoints(const PortContext& context, const mesh::RuleSubset* subset, const EffectivePolicy& policy,
                    Cluster& cluster) {
  switch (resolution_for(context.scope, context.service)) {
    case mesh::Resolution::listed:
      read_endpoints_over_ads(cluster);
      break;
    case mesh::Resolution::dialled:
      cluster.set_type(Cluster::ORIGINAL_DST);
      break;
    case mesh::Resolution::dns:
    case mesh::Resolution::first_of_dns:
      resolve_names(context, subset, policy, cluster);
      break;
  }
}

// Who asks for a cluster: routes, or clients by their server name.
enum class AskedBy : uint8_t { routes, server_name };

Encoded build(const PortContext& context, const mesh::RuleSubset* subset, AskedBy asked_by) {
  std::string_view subset_name = subset ? std::string_view(subset->subset->name) : std::string_view();
  auto policy =
      effective_policy(context.view.config(), context.rule, subset ? subset->subset : nullptr, context.port.number);
  policy.prefers = context.service.prefers;
  Cluster cluster;
  cluster.set_name(outbound_cluster(context.port.number, subset_name, context.service.host));
  find_endpoints(context, subset, policy, cluster);
  // Those who ask by server name speak TLS already; it passes through.
  if (asked_by == AskedBy::server_name) {
    cluster.set_name(sni_cluster(context.port.number, subset_name, context.service.host));
  } else {
    apply_tls({context.view, context.service, context.port, subset_name}, policy, cluster);
  }
  apply_load_balancer(policy, cluster);
  apply_connections(policy, cluster);
  apply_circuit_breakers(policy, cluster);
  apply_http_options(policy, context.port.protocol, Hop::to_proxy, cluster);
  apply_outlier_detection(policy, cluster);
  const auto& origin = subset ? subset->rule->origin : context.rule ? context.rule->origin() : context.service.origin;
  add_origin(origin, *cluster.mutable_metadata());
  add_service(context.service, subset_name, *cluster.mutable_metadata());
  return encode(cluster.name(), cluster);
}

// A name to resolve without endpoints makes no cluster: proxies refuse it.
void add(const PortContext& context, const mesh::RuleSubset* subset, AskedBy asked_by, Resources& clusters) {
  if (context.service.resolves_names()) {
    const auto endpoints = context.view.endpoints(context.service.space, context.service.host);
    const auto* chosen = subset ? subset->subset : nullptr;
    if (!has_endpoints({context.view, context.service, context.port, chosen}, *endpoints)) return;
  }
  clusters.push_back(build(context, subset, asked_by));
}

Resources clusters_of(const mesh::MeshView& view, const Scope& scope, std::string_view host, AskedBy asked_by) {
  Resources clusters;
  auto service = visible_service(view, scope, host);
  if (!service) return clusters;
  auto rule = view.destination_rule({scope.space, scope.labels, service->host, service->space});
  for (const auto& port : service->ports) {
    if (port.protocol == mesh::Protocol::udp) continue;
    if (asked_by == AskedBy::server_name && port.protocol != mesh::Protocol::tls) continue;
    PortContext context{view, scope, *service, port, rule.get()};
    add(context, nullptr, asked_by, clusters);
    if (!rule) continue;
    for (const auto& subset : rule->subsets) add(context, &subset, asked_by, clusters);
  }
  return clusters;
}

}  // namespace

Resources outbound_clusters(const mesh::MeshView& view, const Scope& scope, std::string_view host) {
  return clusters_of(view, scope, host, AskedBy::routes);
}

Resources sni_clusters(const mesh::MeshView& view, const Scope& scope, std::string_view host) {
  return clusters_of(view, scope, host, AskedBy::server_name);
}

}  // namespace weft::control::translate
