#include "control/translate/gateway.h"

#include <algorithm>

#include "control/translate/names.h"
#include "control/translate/outbound_clusters.h"
#include "control/translate/route_dependencies.h"
#include "model/host_name.h"

namespace weft::control::translate {
namespace {

bool names_clusters(const mesh::MergedServer& server) {
  return server.server->tls && server.server->tls->mode == api::istio::ServerTlsMode::auto_passthrough;
}

bool covers(const mesh::MergedServer& server, std::string_view host) {
  return std::any_of(server.hosts.begin(), server.hosts.end(),
                     [&](const auto& served) { return model::host_matches(served.name, host); });
}

template <class Visit>
void each_server(const mesh::MergedGateway& gateway, Visit&& visit) {
  for (const auto& port : gateway.ports) {
    for (const auto& server : port.servers) visit(server);
  }
}

}  // namespace

std::string https_route_name(const mesh::MergedServer& server) {
  const auto& gateway = server.gateway->age;
  return gateway_https_route_name(server.server->port.number, server.server->port.name, gateway.name, gateway.space);
}

mesh::MergedGateway gateway_of(const mesh::MeshView& view, const Client& client) {
  auto pod = view.pod(client.space, client.pod);
  return mesh::merge_gateways(view, {client.space, labels_of(client, view), pod.get()});
}

Resources named_clusters(const mesh::MeshView& view, const Scope& scope, const mesh::MergedServer& server) {
  Resources clusters;
  if (!names_clusters(server)) return clusters;
  view.services().each([&](const mesh::ServicePtr& service) {
    if (!covers(server, service->host)) return;
    for (auto& cluster : sni_clusters(view, scope, service->host)) clusters.push_back(std::move(cluster));
  });
  return clusters;
}

Resources gateway_clusters(const mesh::MeshView& view, const Scope& scope, const mesh::MergedGateway& gateway) {
  Resources clusters;
  each_server(gateway, [&](const mesh::MergedServer& server) {
    for (auto& cluster : named_clusters(view, scope, server)) clusters.push_back(std::move(cluster));
  });
  return clusters;
}

std::set<std::string> hosts_behind_gateway(const mesh::MeshView& view, const Scope& scope,
                                           const mesh::MergedGateway& gateway) {
  std::set<std::string> hosts;
  each_server(gateway, [&](const mesh::MergedServer& server) {
    for (const auto& bound : view.virtual_services().bound_to(server.gateway->name, scope.space)) {
      add_destinations(view, *bound, hosts);
    }
    if (!names_clusters(server)) return;
    for (const auto& served : server.hosts) hosts.insert(served.name);
  });
  return hosts;
}

}  // namespace weft::control::translate
