#include <envoy/extensions/filters/http/cors/v3/cors.pb.h>
#include <envoy/extensions/filters/http/fault/v3/fault.pb.h>
#include <envoy/extensions/filters/http/router/v3/router.pb.h>
#include <envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h>
#include <envoy/extensions/request_id/uuid/v3/uuid.pb.h>

#include "control/translate/encode.h"
#include "control/translate/listener/filters.h"

namespace weft::control::translate {
namespace {

using api::istio::ForwardClientCert;
using api::istio::PathNormalization;
using envoy::extensions::filters::network::http_connection_manager::v3::HttpConnectionManager;

void add_filter(const char* name, const google::protobuf::Message& config, HttpConnectionManager& manager) {
  auto& filter = *manager.add_http_filters();
  filter.set_name(name);
  pack(config, *filter.mutable_typed_config());
}

// Only filters that every Envoy has. Fault and CORS are empty here: routes configure them.
void add_filters(const Guards& guards, HttpConnectionManager& manager) {
  for (const auto& guard : guards.http) *manager.add_http_filters() = guard;
  add_filter("envoy.filters.http.fault", envoy::extensions::filters::http::fault::v3::HTTPFault(), manager);
  add_filter("envoy.filters.http.cors", envoy::extensions::filters::http::cors::v3::Cors(), manager);
  add_filter("envoy.filters.http.router", envoy::extensions::filters::http::router::v3::Router(), manager);
}

// MeshConfig.pathNormalization: each word does what those before it do.
void normalize_paths(PathNormalization normalization, HttpConnectionManager& manager) {
  const bool is_off = normalization == PathNormalization::none;
  const bool decodes = normalization == PathNormalization::decode_and_merge_slashes;
  manager.mutable_normalize_path()->set_value(!is_off);
  manager.set_merge_slashes(decodes || normalization == PathNormalization::merge_slashes);
  manager.set_path_with_escaped_slashes_action(decodes ? HttpConnectionManager::UNESCAPE_AND_FORWARD
                                                       : HttpConnectionManager::KEEP_UNCHANGED);
}

// What istiod says about HTTP for sidecars; the `server` header stays the application's own.
HttpConnectionManager start(const api::istio::MeshConfig& mesh, std::string_view stat_prefix) {
  HttpConnectionManager manager;
  manager.set_stat_prefix(std::string(stat_prefix));
  manager.mutable_stream_idle_timeout();
  manager.mutable_use_remote_address()->set_value(false);
  manager.set_proxy_100_continue(true);
  manager.add_upgrade_configs()->set_upgrade_type("websocket");
  normalize_paths(mesh.path_normalization.normalization, manager);
  manager.set_server_header_transformation(HttpConnectionManager::PASS_THROUGH);
  envoy::extensions::request_id::uuid::v3::UuidRequestIdConfig request_id;
  request_id.mutable_use_request_id_for_trace_sampling()->set_value(true);
  pack(request_id, *manager.mutable_request_id_extension()->mutable_typed_config());
  return manager;
}

void read_routes_over_ads(std::string_view route_name, HttpConnectionManager& manager) {
  auto& rds = *manager.mutable_rds();
  rds.set_route_config_name(std::string(route_name));
  rds.mutable_config_source()->mutable_ads();
  rds.mutable_config_source()->set_resource_api_version(envoy::config::core::v3::V3);
  rds.mutable_config_source()->mutable_initial_fetch_timeout();  // 0: no listener without its routes
}

HttpConnectionManager::ForwardClientCertDetails to_wire(ForwardClientCert details) {
  switch (details) {
    case ForwardClientCert::sanitize:
      return HttpConnectionManager::SANITIZE;
    case ForwardClientCert::forward_only:
      return HttpConnectionManager::FORWARD_ONLY;
    case ForwardClientCert::append_forward:
      return HttpConnectionManager::APPEND_FORWARD;
    case ForwardClientCert::always_forward_only:
      return HttpConnectionManager::ALWAYS_FORWARD_ONLY;
    case ForwardClientCert::sanitize_set:
    case ForwardClientCert::undefined:
      return HttpConnectionManager::SANITIZE_SET;
  }
  return HttpConnectionManager::SANITIZE_SET;
}

// x-forwarded-for gets the client's address, x-envoy-* and client certificates from outside are dropped, endpoints'
// `server` is not told.
void distrust_clients(const api::istio::Topology& topology, HttpConnectionManager& manager) {
  manager.mutable_use_remote_address()->set_value(true);
  manager.set_xff_num_trusted_hops(topology.num_trusted_proxies);
  manager.set_forward_client_cert_details(to_wire(topology.forward_client_cert_details));
  auto& certificate = *manager.mutable_set_current_client_cert_details();
  certificate.mutable_subject()->set_value(true);
  certificate.set_cert(true);
  certificate.set_dns(true);
  certificate.set_uri(true);
  manager.set_server_name("weft");
  manager.set_server_header_transformation(HttpConnectionManager::OVERWRITE);
}

// Who the client is, by its certificate, is added to what proxies before it have said; plain text says nothing.
void tell_peers(HttpConnectionManager& manager) {
  manager.set_forward_client_cert_details(HttpConnectionManager::APPEND_FORWARD);
  auto& told = *manager.mutable_set_current_client_cert_details();
  told.mutable_subject()->set_value(true);
  told.set_dns(true);
  told.set_uri(true);
}

// A client that sends nothing, or opens too much, must not hold resources; a_b and a-b are one header to some servers.
void bound_clients(HttpConnectionManager& manager) {
  constexpr auto kHeadTimeout = std::chrono::seconds(10);
  constexpr auto kStreamIdleTimeout = std::chrono::minutes(5);
  constexpr auto kConnectionIdleTimeout = std::chrono::hours(1);
  constexpr uint32_t kStreamsMax = 100;
  constexpr uint32_t kStreamWindow = 64 * 1024;
  constexpr uint32_t kConnectionWindow = 1024 * 1024;
  set_duration(kHeadTimeout, *manager.mutable_request_headers_timeout());
  set_duration(kStreamIdleTimeout, *manager.mutable_stream_idle_timeout());
  auto& common = *manager.mutable_common_http_protocol_options();
  set_duration(kConnectionIdleTimeout, *common.mutable_idle_timeout());
  common.set_headers_with_underscores_action(envoy::config::core::v3::HttpProtocolOptions::REJECT_REQUEST);
  auto& http2 = *manager.mutable_http2_protocol_options();
  http2.mutable_max_concurrent_streams()->set_value(kStreamsMax);
  http2.mutable_initial_stream_window_size()->set_value(kStreamWindow);
  http2.mutable_initial_connection_window_size()->set_value(kConnectionWindow);
}

void finish(HttpConnectionManager& manager, const Guards& guards, envoy::config::listener::v3::FilterChain& chain) {
  add_filters(guards, manager);
  auto& filter = *chain.add_filters();
  filter.set_name("envoy.filters.network.http_connection_manager");
  pack(manager, *filter.mutable_typed_config());
}

}  // namespace

void add_http_with_rds(const api::istio::MeshConfig& mesh, std::string_view stat_prefix, std::string_view route_name,
                       envoy::config::listener::v3::FilterChain& chain) {
  auto manager = start(mesh, stat_prefix);
  read_routes_over_ads(route_name, manager);
  finish(manager, {}, chain);
}

void add_edge_http(const api::istio::MeshConfig& mesh, std::string_view stat_prefix, std::string_view route_name,
                   const api::istio::Topology& topology, const Guards& guards,
                   envoy::config::listener::v3::FilterChain& chain) {
  auto manager = start(mesh, stat_prefix);
  distrust_clients(topology, manager);
  bound_clients(manager);
  read_routes_over_ads(route_name, manager);
  finish(manager, guards, chain);
}

void add_http_with_routes(const api::istio::MeshConfig& mesh, std::string_view stat_prefix,
                          const envoy::config::route::v3::RouteConfiguration& routes, const Guards& guards,
                          envoy::config::listener::v3::FilterChain& chain) {
  auto manager = start(mesh, stat_prefix);
  tell_peers(manager);
  *manager.mutable_route_config() = routes;
  finish(manager, guards, chain);
}

}  // namespace weft::control::translate
