#include <envoy/extensions/filters/http/cors/v3/cors.pb.h>
#include <envoy/extensions/filters/http/fault/v3/fault.pb.h>
#include <envoy/extensions/filters/http/router/v3/router.pb.h>
#include <envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h>
#include <envoy/extensions/request_id/uuid/v3/uuid.pb.h>

#include "control/translate/encode.h"
#include "control/translate/listener/filters.h"

namespace weft::control::translate {
namespace {

using envoy::extensions::filters::network::http_connection_manager::v3::HttpConnectionManager;

void add_filter(const char* name, const google::protobuf::Message& config, HttpConnectionManager& manager) {
  auto& filter = *manager.add_http_filters();
  filter.set_name(name);
  pack(config, *filter.mutable_typed_config());
}

// Only filters that every Envoy has. Fault and CORS are empty here: routes configure them.
void add_filters(HttpConnectionManager& manager) {
  add_filter("envoy.filters.http.fault", envoy::extensions::filters::http::fault::v3::HTTPFault(), manager);
  add_filter("envoy.filters.http.cors", envoy::extensions::filters::http::cors::v3::Cors(), manager);
  add_filter("envoy.filters.http.router", envoy::extensions::filters::http::router::v3::Router(), manager);
}

// What istiod says about HTTP for sidecars; the `server` header stays the application's own.
HttpConnectionManager start(std::string_view stat_prefix) {
  HttpConnectionManager manager;
  manager.set_stat_prefix(std::string(stat_prefix));
  manager.mutable_stream_idle_timeout();
  manager.mutable_use_remote_address()->set_value(false);
  manager.set_proxy_100_continue(true);
  manager.add_upgrade_configs()->set_upgrade_type("websocket");
  manager.mutable_normalize_path()->set_value(true);
  manager.set_path_with_escaped_slashes_action(HttpConnectionManager::KEEP_UNCHANGED);
  manager.set_server_header_transformation(HttpConnectionManager::PASS_THROUGH);
  envoy::extensions::request_id::uuid::v3::UuidRequestIdConfig request_id;
  request_id.mutable_use_request_id_for_trace_sampling()->set_value(true);
  pack(request_id, *manager.mutable_request_id_extension()->mutable_typed_config());
  return manager;
}

void finish(HttpConnectionManager& manager, envoy::config::listener::v3::FilterChain& chain) {
  add_filters(manager);
  auto& filter = *chain.add_filters();
  filter.set_name("envoy.filters.network.http_connection_manager");
  pack(manager, *filter.mutable_typed_config());
}

}  // namespace

void add_http_with_rds(std::string_view stat_prefix, std::string_view route_name,
                       envoy::config::listener::v3::FilterChain& chain) {
  auto manager = start(stat_prefix);
  auto& rds = *manager.mutable_rds();
  rds.set_route_config_name(std::string(route_name));
  rds.mutable_config_source()->mutable_ads();
  rds.mutable_config_source()->set_resource_api_version(envoy::config::core::v3::V3);
  rds.mutable_config_source()->mutable_initial_fetch_timeout();  // 0: no listener without its routes
  finish(manager, chain);
}

void add_http_with_routes(std::string_view stat_prefix, const envoy::config::route::v3::RouteConfiguration& routes,
                          envoy::config::listener::v3::FilterChain& chain) {
  auto manager = start(stat_prefix);
  *manager.mutable_route_config() = routes;
  finish(manager, chain);
}

}  // namespace weft::control::translate
