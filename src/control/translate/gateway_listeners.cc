// The listeners of a gateway's ports.
#include <envoy/config/listener/v3/listener.pb.h>

#include "control/translate/encode.h"
#include "control/translate/gateway.h"
#include "control/translate/listener/inspectors.h"
#include "control/translate/listener/l4_chains.h"
#include "control/translate/names.h"
#include "control/translate/origin_metadata.h"
#include "control/translate/tls/server_tls.h"

namespace weft::control::translate {
namespace {

using api::istio::ServerKind;
using api::istio::ServerTlsMode;
using envoy::config::listener::v3::Listener;

// What proxies offer in ALPN when they speak the mesh's mutual TLS to each other.
constexpr const char* kMeshProtocols[] = {"istio-peer-exchange", "istio", "istio-http/1.0", "istio-http/1.1",
                                          "istio-h2"};

// Fills one port's listener.
class PortListener {
 public:
  PortListener(const mesh::MeshView& view, const Scope& scope, const mesh::MergedPort& port)
      : view_(view), scope_(scope), port_(port), chains_(listener_) {
    const std::string address = port.bind.empty() ? "0.0.0.0" : port.bind;
    listener_.set_name(listener_name(address, port.number));
    set_address(address, port.number, listener_);
    listener_.set_traffic_direction(envoy::config::core::v3::OUTBOUND);
  }

  // Adds what the port does; false when that is nothing.
  bool fill(const api::istio::Topology& topology, const Guards& guards) {
    if (topology.proxy_protocol) add_proxy_protocol(listener_);  // before what looks at the bytes behind it
    if (port_.kind == ServerKind::http) {
      add_edge_http(view_.config(), "outbound_" + listener_.name(), gateway_route_name(port_.number, port_.bind),
                    topology, guards, *listener_.add_filter_chains());
    }
    for (const auto& server : port_.servers) {
      if (port_.kind == ServerKind::tcp) add_tcp_server(server);
      if (port_.kind == ServerKind::tls) add_tls_server(server, topology, guards);
    }
    if (chains_.wants_server_names()) add_tls_inspector({}, listener_);
    return !listener_.filter_chains().empty();
  }

  Encoded encoded() const { return encode(listener_.name(), listener_); }

 private:
  using Rules = std::vector<L4Rule> (*)(const RuleContext&);

  // The rules of each VirtualService that a server's hosts and namespaces let bind to it.
  void each_rules(const mesh::MergedServer& server, Rules rules_of, auto&& visit) {
    for (const auto& bound : view_.virtual_services().bound_to(server.gateway->name, scope_.space)) {
      if (mesh::shared_hosts(server, *bound).empty()) continue;
      RuleContext context{view_, scope_, *bound, server.server->port.number, server.gateway->name};
      for (auto& rule : rules_of(context)) visit(*bound, rule);
    }
  }

  void add(const mesh::VirtualService& origin, const L4Rule& rule) {
    auto* chain = chains_.add(rule.shares.front().cluster, rule);
    if (chain) add_origin(origin.origin, *chain->mutable_metadata());
  }

  // The first rule takes the port. Subnets mean nothing: what the client dialled is the gateway itself.
  void add_tcp_server(const mesh::MergedServer& server) {
    each_rules(server, tcp_rules, [&](const mesh::VirtualService& origin, L4Rule& rule) {
      rule.subnets.clear();
      add(origin, rule);
    });
  }

  void add_tls_server(const mesh::MergedServer& server, const api::istio::Topology& topology, const Guards& guards) {
    if (server.ends_https()) return add_https_server(server, topology, guards);
    if (server.ends_tls()) return add_terminated_bytes(server);
    if (server.server->tls->mode == ServerTlsMode::auto_passthrough) return add_named_clusters(server);
    each_rules(server, tls_rules, [&](const mesh::VirtualService& origin, L4Rule& rule) {
      rule.subnets.clear();
      add(origin, rule);
    });
  }

  // The chain of a server, by the server names of its hosts.
  static L4Rule names_of(const mesh::MergedServer& server, std::vector<TcpShare> shares) {
    L4Rule rule{{}, {}, std::move(shares)};
    for (const auto& host : server.hosts) rule.server_names.push_back(host.name);
    return rule;
  }

  void add_https_server(const mesh::MergedServer& server, const api::istio::Topology& topology, const Guards& guards) {
    auto* chain = chains_.open(names_of(server, {}));
    if (!chain) return;
    end_gateway_tls(view_.config(), *server.server->tls, Inside::http, *chain->mutable_transport_socket());
    add_origin(server.gateway->origin, *chain->mutable_metadata());
    add_edge_http(view_.config(), "outbound_" + listener_.name(), https_route_name(server), topology, guards, *chain);
  }

  // The first rule for what is inside takes all of the server's connections.
  void add_terminated_bytes(const mesh::MergedServer& server) {
    each_rules(server, tcp_rules, [&](const mesh::VirtualService& origin, L4Rule& rule) {
      auto* chain = chains_.add(rule.shares.front().cluster, names_of(server, rule.shares));
      if (!chain) return;
      end_gateway_tls(view_.config(), *server.server->tls, Inside::bytes, *chain->mutable_transport_socket());
      add_origin(origin.origin, *chain->mutable_metadata());
    });
  }

  // Clients that speak the mesh's TLS ask for a cluster by its name.
  void add_named_clusters(const mesh::MergedServer& server) {
    for (const auto& cluster : named_clusters(view_, scope_, server)) {
      auto* chain = chains_.add(cluster.name, {{cluster.name}, {}, {{cluster.name, 1}}});
      if (!chain) continue;
      for (const auto* protocol : kMeshProtocols) {
        chain->mutable_filter_chain_match()->add_application_protocols(protocol);
      }
    }
  }

  const mesh::MeshView& view_;
  const Scope& scope_;
  const mesh::MergedPort& port_;
  Listener listener_;
  L4Chains chains_;
};

}  // namespace

Resources gateway_listeners(const mesh::MeshView& view, const Client& client, const Scope& scope,
                            const mesh::MergedGateway& gateway) {
  const auto topology = topology_of(client, view);
  const auto guards = guards_of(view, client.space, labels_of(client, view));
  Resources listeners;
  for (const auto& port : gateway.ports) {
    PortListener listener(view, scope, port);
    if (listener.fill(topology, guards)) listeners.push_back(listener.encoded());
  }
  return listeners;
}

}  // namespace weft::control::translate
