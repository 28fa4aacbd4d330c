#include "control/translate/outbound_routes.h"

#include <algorithm>
#include <map>

#include <envoy/config/route/v3/route.pb.h>

#include "control/mesh/reading.h"
#include "control/translate/encode.h"
#include "control/translate/host_names.h"
#include "control/translate/names.h"
#include "control/translate/outbound_listeners.h"
#include "control/translate/route/configuration.h"
#include "control/translate/route/rules.h"
#include "control/translate/visibility.h"

namespace weft::control::translate {
namespace {

using envoy::config::route::v3::RouteConfiguration;
using envoy::config::route::v3::VirtualHost;

// Hosts that are in no registry are routed on this port alone, as in Istio.
constexpr uint32_t kPortOfUnknownHosts = 80;

// A domain that two virtual hosts claim makes Envoy refuse the whole configuration: whose it is, by the host. One that
// is given away belongs to "".
using Owners = std::map<std::string, std::string>;

void add_domains(const std::vector<std::string>& names, const std::string& host, Owners& owners,
                 VirtualHost& virtual_host) {
  for (const auto& name : names) {
    auto& owner = owners.emplace(name, host).first->second;
    if (owner != host) continue;
    virtual_host.add_domains(name);
    owner.clear();
  }
}

std::vector<std::string> names_of(const mesh::MeshView& view, const Scope& scope, const mesh::Service& service) {
  auto names = own_names(service, scope);
  for (auto& alias : alias_names(view, scope, service.host)) names.push_back(std::move(alias));
  return names;
}

// A host is its own service's, as in Istio, even where it is a short name of another.
void claim_hosts(const std::vector<mesh::ServicePtr>& services, Owners& owners) {
  for (const auto& service : services) owners.emplace(service->host, service->host);
}

// Everything else is of the one that comes first.
void claim_names(const mesh::MeshView& view, const Scope& scope, std::vector<mesh::ServicePtr> services,
                 Owners& owners) {
  std::ranges::sort(services, [](const auto& a, const auto& b) { return comes_before(*a, *b); });
  for (const auto& service : services) {
    for (auto& name : names_of(view, scope, *service)) owners.emplace(std::move(name), service->host);
  }
}

bool has_port(const mesh::MeshView& view, const Scope& scope, std::string_view host, uint32_t port) {
  const auto service = visible_service(view, scope, host);
  return service && service->port(port);
}

// An ExternalName Service with a VirtualService of its own follows that one's rules, not those of the host it stands
// for: on the ports of that host, and as hosts in no registry on port 80.
void add_ruled_aliases(const mesh::MeshView& view, const Scope& scope, uint32_t port, RouteConfiguration& routes,
                       Owners& owners) {
  view.aliases().each([&](const mesh::ServicePtr& alias) {
    if (!is_visible_alias(view, scope, *alias) || !visible_virtual_service(view, scope, alias->host)) return;
    if (port != kPortOfUnknownHosts && !has_port(view, scope, view.aliases().target_of(alias->host), port)) return;
    VirtualHost virtual_host;
    virtual_host.set_name(sniffed_route_name(alias->host, port));
    add_domains(own_names(*alias, scope), alias->host, owners, virtual_host);
    add_routes(view, scope, {alias->host, nullptr, port}, virtual_host);
    add_virtual_host(std::move(virtual_host), routes);
  });
}

void add_services(const mesh::MeshView& view, const Scope& scope, uint32_t port,
                  const std::vector<mesh::ServicePtr>& services, RouteConfiguration& routes, Owners& owners) {
  for (const auto& service : services) {
    VirtualHost virtual_host;
    virtual_host.set_name(sniffed_route_name(service->host, port));
    add_domains(names_of(view, scope, *service), service->host, owners, virtual_host);
    add_routes(view, scope, {service->host, service.get(), port}, virtual_host);
    add_virtual_host(std::move(virtual_host), routes);
  }
}

void add_unknown_hosts(const mesh::MeshView& view, const Scope& scope, RouteConfiguration& routes, Owners& owners) {
  view.virtual_services().each_exact_host([&](std::string_view host) {
    if (visible_service(view, scope, host)) return;
    VirtualHost virtual_host;
    virtual_host.set_name(sniffed_route_name(host, kPortOfUnknownHosts));
    add_domains({std::string(host)}, std::string(host), owners, virtual_host);
    add_routes(view, scope, {host, nullptr, kPortOfUnknownHosts}, virtual_host);
    add_virtual_host(std::move(virtual_host), routes);
  });
}

// One service under every name.
RouteConfiguration whole_host(std::string name, const mesh::MeshView& view, const Scope& scope,
                              const RouteTarget& target) {
  auto routes = start_routes(std::move(name));
  VirtualHost virtual_host;
  virtual_host.set_name(sniffed_route_name(target.host, target.port));
  virtual_host.add_domains("*");
  add_routes(view, scope, target, virtual_host);
  add_virtual_host(std::move(virtual_host), routes);
  return routes;
}

}  // namespace

Encoded port_routes(const mesh::MeshView& view, const Scope& scope, uint32_t port,
                    const std::vector<mesh::ServicePtr>& services) {
  auto routes = start_routes(std::to_string(port));
  auto speaking = services;
  std::erase_if(speaking, [&](const auto& service) {
    const auto* service_port = service->port(port);
    return !service_port || !shares_http(view, scope, *service, *service_port);
  });
  Owners owners;
  claim_hosts(speaking, owners);
  add_ruled_aliases(view, scope, port, routes, owners);
  claim_names(view, scope, speaking, owners);
  add_services(view, scope, port, speaking, routes, owners);
  if (port == kPortOfUnknownHosts) add_unknown_hosts(view, scope, routes, owners);
  // Who dials the proxy itself has no other address to go on to: what no service claims is refused.
  const auto place = place_of_port(view, scope, port);
  add_unknown(place && place->is_bound ? UnknownTraffic::refused : unknown_traffic(view, scope), routes);
  return encode(routes.name(), routes);
}

Encoded sniffed_routes(const mesh::MeshView& view, const Scope& scope, const mesh::Service& service, uint32_t port) {
  auto routes = whole_host(sniffed_route_name(service.host, port), view, scope, {service.host, &service, port});
  return encode(routes.name(), routes);
}

Encoded exposed_routes(const mesh::MeshView& view, const Scope& scope, const Expose& expose) {
  auto host = view.aliases().target_of(mesh::service_host(expose.service, expose.space));
  auto service = visible_service(view, scope, host);
  auto routes = whole_host(expose_name(expose.host_port), view, scope, {host, service.get(), expose.port});
  return encode(routes.name(), routes);
}

Encoded empty_routes(std::string_view name) {
  auto routes = start_routes(std::string(name));
  return encode(routes.name(), routes);
}

}  // namespace weft::control::translate
