#include <envoy/config/listener/v3/listener.pb.h>
#include <envoy/config/route/v3/route.pb.h>

#include "control/translate/encode.h"
#include "control/translate/inbound.h"
#include "control/translate/listener/filters.h"
#include "control/translate/listener/inspectors.h"
#include "control/translate/names.h"
#include "control/translate/origin_metadata.h"
#include "control/translate/route/policies.h"

namespace weft::control::translate {
namespace {

using envoy::config::listener::v3::FilterChain;
using envoy::config::listener::v3::Listener;
using envoy::config::route::v3::RouteConfiguration;

// One route to the application; gRPC has its own retries.
RouteConfiguration routes_to(const api::istio::MeshConfig& config, std::string_view cluster, uint32_t port,
                             mesh::Protocol protocol) {
  RouteConfiguration routes;
  routes.set_name(std::string(cluster));
  routes.mutable_validate_clusters()->set_value(false);
  auto& host = *routes.add_virtual_hosts();
  host.set_name("inbound|http|" + std::to_string(port));
  host.add_domains("*");
  auto& route = *host.add_routes();
  route.set_name("default");
  route.mutable_match()->set_prefix("/");
  auto& action = *route.mutable_route();
  action.set_cluster(std::string(cluster));
  action.mutable_timeout();
  action.mutable_max_stream_duration()->mutable_max_stream_duration();
  action.mutable_max_stream_duration()->mutable_grpc_timeout_header_max();
  if (protocol != mesh::Protocol::grpc) apply_inbound_retries(config, action);
  return routes;
}

FilterChain& add_chain(std::string_view name, uint32_t port, Listener& listener) {
  auto& chain = *listener.add_filter_chains();
  chain.set_name(std::string(name));
  if (port != 0) chain.mutable_filter_chain_match()->mutable_destination_port()->set_value(port);
  return chain;
}

void add_http_chain(const api::istio::MeshConfig& mesh, const InboundPort& port, const Guards& guards, bool sniffed,
                    Listener& listener) {
  auto name = listener_name("0.0.0.0", port.number);
  auto& chain = add_chain(name, port.number, listener);
  if (sniffed) match_http(*chain.mutable_filter_chain_match());
  auto routes = routes_to(mesh, inbound_cluster(port.number), port.number, port.protocol);
  if (port.service)
    add_origin(port.service->origin, *routes.mutable_virtual_hosts(0)->mutable_routes(0)->mutable_metadata());
  add_http_with_routes(mesh, "inbound_" + name, routes, guards, chain);
}

void add_port(const api::istio::MeshConfig& mesh, const InboundPort& port, const Guards& guards, Listener& listener) {
  bool sniffed = port.protocol == mesh::Protocol::sniffed;
  if (sniffed || is_http(port.protocol)) add_http_chain(mesh, port, guards, sniffed, listener);
  if (!is_http(port.protocol)) {
    auto& chain = add_chain(listener_name("0.0.0.0", port.number), port.number, listener);
    add_guarded_tcp(inbound_cluster(port.number), guards, chain);
  }
}

// Ports that no service names: to the application as they were addressed.
void add_catch_all(const api::istio::MeshConfig& config, const Guards& guards, Listener& listener) {
  auto& http = add_chain("virtualInbound-catchall-http", 0, listener);
  match_http(*http.mutable_filter_chain_match());
  add_http_with_routes(config, kInboundPassthroughCluster,
                       routes_to(config, kInboundPassthroughCluster, 0, mesh::Protocol::http), guards, http);
  add_guarded_tcp(kInboundPassthroughCluster, guards, add_chain("virtualInbound", 0, listener));
}

}  // namespace

Encoded inbound_listener(const mesh::MeshView& view, const Client& client, const std::vector<InboundPort>& ports) {
  const auto guards = guards_of(view, client.space, labels_of(client, view));
  Listener listener;
  listener.set_name("virtualInbound");
  set_address("0.0.0.0", kInboundPort, listener);
  listener.set_traffic_direction(envoy::config::core::v3::INBOUND);
  add_original_destination(listener);
  // Nothing to find out on the capture port itself and where the protocol is declared.
  std::vector<uint32_t> declared;
  for (const auto& port : ports) {
    if (port.protocol != mesh::Protocol::sniffed) declared.push_back(port.number);
  }
  declared.push_back(kInboundPort);
  add_http_inspector(declared, view.config().detection_timeout(), listener);
  // A connection made to the capture port itself would come back for ever.
  add_tcp(kBlackHoleCluster, add_chain("virtualInbound-blackhole", kInboundPort, listener));
  add_catch_all(view.config(), guards, listener);
  for (const auto& port : ports) add_port(view.config(), port, guards, listener);
  return encode(listener.name(), listener);
}

}  // namespace weft::control::translate
