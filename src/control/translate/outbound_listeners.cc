#include "control/translate/outbound_listeners.h"

#include <envoy/config/listener/v3/listener.pb.h>

#include "control/mesh/reading.h"
#include "control/translate/encode.h"
#include "control/translate/listener/filters.h"
#include "control/translate/listener/inspectors.h"
#include "control/translate/listener/l4_chains.h"
#include "control/translate/names.h"

namespace weft::control::translate {
namespace {

using envoy::config::listener::v3::FilterChain;
using envoy::config::listener::v3::Listener;

constexpr std::string_view kAnyAddress = "0.0.0.0";

// A listener that takes over connections which virtualOutbound accepted.
Listener start_captured(std::string_view address, uint32_t port) {
  Listener listener;
  listener.set_name(listener_name(address, port));
  set_address(address, port, listener);
  listener.set_traffic_direction(envoy::config::core::v3::OUTBOUND);
  listener.mutable_bind_to_port()->set_value(false);
  return listener;
}

std::string stat_prefix(std::string_view address, uint32_t port) {
  return "outbound_" + listener_name(address, port);
}

// HTTP by these routes if the first bytes are HTTP, else opaque TCP.
void add_sniffed_chains(std::string_view prefix, std::string_view route_name, const std::vector<TcpShare>& opaque,
                        Listener& listener) {
  add_http_inspector({}, listener);
  auto& http = *listener.add_filter_chains();
  match_http(*http.mutable_filter_chain_match());
  add_http_with_rds(prefix, route_name, http);
  auto& other = *listener.mutable_default_filter_chain();
  add_tcp(opaque.front().cluster, opaque, other);
}

Encoded service_listener(const mesh::MeshView& view, const Scope& scope, const mesh::Service& service,
                         const mesh::ServicePort& port, std::string_view address) {
  auto listener = start_captured(address, port.number);
  if (port.protocol == mesh::Protocol::sniffed) {
    add_sniffed_chains(stat_prefix(address, port.number), sniffed_route_name(service.host, port.number),
                       unconditional_shares(view, scope, service, port), listener);
    return encode(listener.name(), listener);
  }
  L4Chains chains(listener);
  for (const auto& rule : service_rules(view, scope, service, port)) {
    chains.add(outbound_cluster(port.number, "", service.host), rule);
  }
  if (chains.wants_server_names()) {
    add_tls_inspector(listener);
    wait_for_silent_clients(listener);
  }
  return encode(listener.name(), listener);
}

}  // namespace

Encoded capture_listener() {
  Listener listener;
  listener.set_name("virtualOutbound");
  set_address(kAnyAddress, kOutboundPort, listener);
  listener.mutable_use_original_dst()->set_value(true);
  listener.set_traffic_direction(envoy::config::core::v3::OUTBOUND);
  // A connection made to the capture port itself would come back for ever.
  auto& loop = *listener.add_filter_chains();
  loop.set_name("virtualOutbound-blackhole");
  loop.mutable_filter_chain_match()->mutable_destination_port()->set_value(kOutboundPort);
  add_tcp(kBlackHoleCluster, loop);
  auto& rest = *listener.add_filter_chains();
  rest.set_name("virtualOutbound-catchall-tcp");
  add_tcp(kPassthroughCluster, rest);
  return encode(listener.name(), listener);
}

std::optional<Encoded> http_listener(uint32_t port) {
  if (port == kOutboundPort || port == kInboundPort) return std::nullopt;
  auto listener = start_captured(kAnyAddress, port);
  add_http_inspector({}, listener);
  auto& http = *listener.add_filter_chains();
  match_http(*http.mutable_filter_chain_match());
  add_http_with_rds(stat_prefix(kAnyAddress, port), std::to_string(port), http);
  // Other protocols may be spoken to this port elsewhere: those go where they were addressed to.
  auto& other = *listener.mutable_default_filter_chain();
  other.set_name("PassthroughFilterChain");
  add_tcp(kPassthroughCluster, other);
  return encode(listener.name(), listener);
}

Resources service_listeners(const mesh::MeshView& view, const Scope& scope, const mesh::Service& service) {
  Resources listeners;
  auto endpoints = service.headless ? view.endpoints(service.host) : nullptr;
  for (const auto& port : service.ports) {
    if (is_http(port.protocol) || port.protocol == mesh::Protocol::udp) continue;
    if (!service.address.empty()) {
      listeners.push_back(service_listener(view, scope, service, port, service.address));
    }
    // Clients of a headless service dial its pods.
    for (size_t i = 0; endpoints && i < endpoints->size(); ++i) {
      if (!(*endpoints)[i].ready) continue;
      listeners.push_back(service_listener(view, scope, service, port, (*endpoints)[i].address));
    }
  }
  return listeners;
}

Encoded exposed_listener(const mesh::MeshView& view, const Scope& scope, const Expose& expose) {
  Listener listener;
  listener.set_name(expose_name(expose.host_port));
  set_address("127.0.0.1", expose.host_port, listener);
  listener.set_traffic_direction(envoy::config::core::v3::OUTBOUND);
  auto host = mesh::service_host(expose.service, expose.space);
  auto service = view.service(host);
  const auto* port = service ? service->port(expose.port) : nullptr;
  // Until the service is known, HTTP without routes: 404 rather than a refused connection.
  if (!port || is_http(port->protocol)) {
    add_http_with_rds(listener.name(), listener.name(), *listener.add_filter_chains());
  } else if (port->protocol == mesh::Protocol::sniffed) {
    add_sniffed_chains(listener.name(), listener.name(), unconditional_shares(view, scope, *service, *port), listener);
  } else {
    add_tcp(listener.name(), unconditional_shares(view, scope, *service, *port), *listener.add_filter_chains());
  }
  return encode(listener.name(), listener);
}

}  // namespace weft::control::translate
