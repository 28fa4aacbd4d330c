#include "control/translate/socket_listeners.h"

#include <algorithm>
#include <set>
#include <tuple>

#include <envoy/config/listener/v3/listener.pb.h>
#include <envoy/config/route/v3/route.pb.h>

#include "control/translate/encode.h"
#include "control/translate/host_names.h"
#include "control/translate/listener/filters.h"
#include "control/translate/listener/inspectors.h"
#include "control/translate/listener/l4_chains.h"
#include "control/translate/names.h"
#include "control/translate/outbound_routes.h"
#include "control/translate/route/configuration.h"
#include "control/translate/route/rules.h"
#include "control/translate/visibility.h"

namespace weft::control::translate {
namespace {

using envoy::config::listener::v3::Listener;
using envoy::config::route::v3::RouteConfiguration;
using envoy::config::route::v3::VirtualHost;
using Services = std::vector<mesh::ServicePtr>;

// Requests without a port in their Host are for this one.
constexpr uint32_t kDefaultPort = 80;

bool may_be_http(mesh::Protocol protocol) {
  return mesh::is_http(protocol) || protocol == mesh::Protocol::sniffed;
}

// Those that the listener takes in, the oldest first: of those that exclude each other it has the socket.
Services taken_in(const mesh::Sidecar& sidecar, const mesh::EgressSocket& socket, const Services& services) {
  Services taken;
  for (const auto& service : services) {
    const auto& hosts = sidecar.egress_hosts[socket.listener];
    if (mesh::is_among(hosts, service->space, service->host)) taken.push_back(service);
  }
  std::ranges::sort(taken, [](const auto& a, const auto& b) {
    return std::tie(a->registry, a->age, a->host) < std::tie(b->registry, b->age, b->host);
  });
  return taken;
}

// TLS by server name; the rest to the oldest service, whose port is not said by anything, so it may have one alone.
void add_opaque(const mesh::MeshView& view, const Scope& scope, const mesh::EgressSocket& socket,
                const Services& services, Listener& listener) {
  L4Chains chains(listener);
  std::vector<TcpShare> rest = {{std::string(kBlackHoleCluster), 1}};
  const bool is_tls = socket.protocol == mesh::Protocol::tls;
  for (const auto& service : services) {
    if (service->ports.size() != 1) continue;
    auto port = service->ports.front();
    port.protocol = is_tls ? mesh::Protocol::tls : mesh::Protocol::tcp;
    if (!is_tls) {
      rest = unconditional_shares(view, scope, *service, port);
      break;
    }
    for (auto& rule : service_rules(view, scope, *service, port)) {
      if (rule.server_names.empty()) rule.server_names = {service->host};
      chains.add(outbound_cluster(port.number, "", service->host), rule);
    }
  }
  if (chains.wants_server_names()) add_tls_inspector({}, listener);
  add_tcp(rest.front().cluster, rest, *listener.mutable_default_filter_chain());
}

Encoded socket_listener(const mesh::MeshView& view, const Scope& scope, const mesh::EgressSocket& socket,
                        const Services& services) {
  Listener listener;
  listener.set_name(socket.bind);
  set_address(socket.bind, 0, listener);
  listener.set_traffic_direction(envoy::config::core::v3::OUTBOUND);
  if (may_be_http(socket.protocol)) {
    auto& http = *listener.add_filter_chains();
    add_http_with_rds(view.config(), "outbound_" + socket.bind, socket.bind, http);
    if (socket.protocol == mesh::Protocol::sniffed) {
      match_http(*http.mutable_filter_chain_match());
      add_http_inspector({}, listener);
      give_up_on_silence(view.config().detection_timeout(), listener);
    }
  }
  if (!mesh::is_http(socket.protocol)) add_opaque(view, scope, socket, services, listener);
  return encode(listener.name(), listener);
}

// Names as a Host has them: "[2001:db8::1]:80".
void add_domains(const std::vector<std::string>& names, uint32_t port, std::set<std::string>& taken,
                 VirtualHost& virtual_host) {
  for (const auto& name : names) {
    const std::string host = name.contains(':') ? "[" + name + "]" : name;
    if (port == kDefaultPort && taken.insert(host).second) virtual_host.add_domains(host);
    const std::string with_port = host + ":" + std::to_string(port);
    if (taken.insert(with_port).second) virtual_host.add_domains(with_port);
  }
}

Encoded routes_of(const mesh::MeshView& view, const Scope& scope, const mesh::EgressSocket& socket,
                  const Services& services) {
  auto routes = start_routes(socket.bind);
  routes.clear_ignore_port_in_host_matching();
  std::set<std::string> taken;
  for (const auto& service : services) {
    for (const auto& port : service->ports) {
      if (!may_be_http(port.protocol)) continue;
      VirtualHost virtual_host;
      virtual_host.set_name(sniffed_route_name(service->host, port.number));
      add_domains(own_names(*service, scope), port.number, taken, virtual_host);
      add_domains(alias_names(view, scope, service->host), port.number, taken, virtual_host);
      add_routes(view, scope, {service->host, service.get(), port.number}, virtual_host);
      add_virtual_host(std::move(virtual_host), routes);
    }
  }
  // Who connects to a file has no other address to go on to.
  add_unknown(UnknownTraffic::refused, routes);
  return encode(routes.name(), routes);
}

template <class Visit>
void each_socket(const mesh::MeshView& view, const Scope& scope, const Services& services, Visit&& visit) {
  const auto sidecar = sidecar_of(view, scope);
  if (!sidecar) return;
  for (const auto& socket : mesh::egress_sockets(*sidecar)) {
    const auto taken = taken_in(*sidecar, socket, services);
    if (!taken.empty()) visit(socket, taken);
  }
}

}  // namespace

Resources socket_listeners(const mesh::MeshView& view, const Scope& scope, const Services& services) {
  Resources listeners;
  each_socket(view, scope, services, [&](const mesh::EgressSocket& socket, const Services& taken) {
    listeners.push_back(socket_listener(view, scope, socket, taken));
  });
  return listeners;
}

Resources socket_routes(const mesh::MeshView& view, const Scope& scope, const Services& services) {
  Resources routes;
  each_socket(view, scope, services, [&](const mesh::EgressSocket& socket, const Services& taken) {
    if (may_be_http(socket.protocol)) routes.push_back(routes_of(view, scope, socket, taken));
  });
  return routes;
}

}  // namespace weft::control::translate
