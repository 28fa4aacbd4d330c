// http.PORT: the virtual hosts of a gateway's HTTP port.
#include <algorithm>
#include <map>

#include <envoy/config/route/v3/route.pb.h>

#include "control/translate/encode.h"
#include "control/translate/gateway.h"
#include "control/translate/names.h"
#include "control/translate/route/configuration.h"
#include "control/translate/route/rules.h"
#include "model/host_name.h"

namespace weft::control::translate {
namespace {

using envoy::config::route::v3::Route;
using envoy::config::route::v3::RouteConfiguration;
using envoy::config::route::v3::VirtualHost;

// A VirtualService as one gateway's port uses it.
struct Source {
  mesh::VirtualServicePtr virtual_service;
  std::string gateway;
  uint32_t port = 0;  // of the server: the Service's
  std::string_view scheme;
  friend bool operator==(const Source&, const Source&) = default;
};

// What one host of a port is made of.
struct HostPlan {
  std::vector<Source> sources;  // in order of age
  bool redirects = false;       // to https
  friend bool operator==(const HostPlan&, const HostPlan&) = default;
};

// The most specific first, which is also the order in which hosts that share their routes are listed.
struct BySpecificity {
  bool operator()(const std::string& a, const std::string& b) const {
    if (model::is_more_specific(a, b)) return true;
    return !model::is_more_specific(b, a) && a < b;
  }
};
using HostPlans = std::map<std::string, HostPlan, BySpecificity>;

void add_server(const mesh::MeshView& view, const Scope& scope, const mesh::MergedServer& server, HostPlans& plans) {
  bool redirects = server.server->tls && server.server->tls->https_redirect;
  for (const auto& virtual_service : view.virtual_services().bound_to(server.gateway->name, scope.space)) {
    if (virtual_service->spec.http.empty()) continue;
    const Source source{virtual_service, server.gateway->name, server.server->port.number,
                        server.ends_https() ? "https" : "http"};
    for (const auto& host : mesh::shared_hosts(server, *virtual_service)) {
      auto& plan = plans[host];
      // Two servers of one gateway may share a host.
      if (std::find(plan.sources.begin(), plan.sources.end(), source) == plan.sources.end()) {
        plan.sources.push_back(source);
      }
      plan.redirects = plan.redirects || redirects;
    }
  }
  // A host without rules redirects all the same.
  for (const auto& host : server.hosts) {
    if (redirects) plans[host.name].redirects = true;
  }
}

bool is_catch_all(const Route& route) {
  const auto& match = route.match();
  return match.prefix() == "/" && match.headers().empty() && match.query_parameters().empty() &&
         match.dynamic_metadata().empty();
}

// Rules of several objects follow each other; what takes everything comes last, whoever says it.
void add_sources(const mesh::MeshView& view, const Scope& scope, const std::vector<Source>& sources,
                 VirtualHost& virtual_host) {
  VirtualHost all;
  for (const auto& source : sources) {
    add_rules({view, scope, *source.virtual_service, source.port, source.gateway, source.scheme}, all);
  }
  for (auto& route : *all.mutable_routes()) {
    if (!is_catch_all(route)) *virtual_host.add_routes() = route;
  }
  for (auto& route : *all.mutable_routes()) {
    if (is_catch_all(route)) *virtual_host.add_routes() = route;
  }
}

// Names in proxies' own words: "a.com:80".
void add_virtual_host(const std::vector<std::string>& hosts, const HostPlan& plan, uint32_t port,
                      const mesh::MeshView& view, const Scope& scope, RouteConfiguration& routes) {
  auto& virtual_host = *routes.add_virtual_hosts();
  virtual_host.set_name(sniffed_route_name(hosts.front(), port));
  for (const auto& host : hosts) virtual_host.add_domains(host);
  virtual_host.set_include_request_attempt_count(true);
  if (plan.redirects) virtual_host.set_require_tls(VirtualHost::ALL);
  add_sources(view, scope, plan.sources, virtual_host);
}

// Hosts with the same rules share a virtual host.
void add_plans(const HostPlans& plans, uint32_t port, const mesh::MeshView& view, const Scope& scope,
               RouteConfiguration& routes) {
  std::vector<std::pair<const HostPlan*, std::vector<std::string>>> groups;
  for (const auto& [host, plan] : plans) {
    auto same = std::find_if(groups.begin(), groups.end(), [&](const auto& group) { return *group.first == plan; });
    if (same == groups.end()) same = groups.insert(groups.end(), {&plan, {}});
    same->second.push_back(host);
  }
  for (const auto& [plan, hosts] : groups) add_virtual_host(hosts, *plan, port, view, scope, routes);
}

// Something to be 404 in: a port nobody has rules for.
void add_blackhole(uint32_t port, RouteConfiguration& routes) {
  auto& virtual_host = *routes.add_virtual_hosts();
  virtual_host.set_name(sniffed_route_name("blackhole", port));
  virtual_host.add_domains("*");
}

Encoded port_routes_of(const mesh::MeshView& view, const Scope& scope, const mesh::MergedPort& port) {
  HostPlans plans;
  for (const auto& server : port.servers) add_server(view, scope, server, plans);
  auto routes = start_routes(gateway_route_name(port.number, port.bind));
  uint32_t number = port.servers.front().server->port.number;
  add_plans(plans, number, view, scope, routes);
  if (plans.empty()) add_blackhole(number, routes);
  return encode(routes.name(), routes);
}

// A server that ends TLS has its hosts for itself: the client has said by its server name which of them it means.
Encoded https_routes_of(const mesh::MeshView& view, const Scope& scope, const mesh::MergedServer& server) {
  HostPlans plans;
  add_server(view, scope, server, plans);
  auto routes = start_routes(https_route_name(server));
  const uint32_t number = server.server->port.number;
  add_plans(plans, number, view, scope, routes);
  if (plans.empty()) add_blackhole(number, routes);
  return encode(routes.name(), routes);
}

}  // namespace

Resources gateway_routes(const mesh::MeshView& view, const Scope& scope, const mesh::MergedGateway& gateway) {
  Resources routes;
  for (const auto& port : gateway.ports) {
    if (port.kind == api::istio::ServerKind::http) routes.push_back(port_routes_of(view, scope, port));
    for (const auto& server : port.servers) {
      if (server.ends_https()) routes.push_back(https_routes_of(view, scope, server));
    }
  }
  return routes;
}

}  // namespace weft::control::translate
