#include "control/translate/route/configuration.h"

#include <utility>

#include "control/translate/names.h"
#include "control/translate/route/grpc_timeout.h"

namespace weft::control::translate {

using envoy::config::route::v3::RouteConfiguration;
using envoy::config::route::v3::VirtualHost;

envoy::config::route::v3::RouteConfiguration start_routes(std::string name) {
  constexpr uint32_t kDirectResponseMax = 1 << 20;  // directResponse bodies: more is refused by validation
  envoy::config::route::v3::RouteConfiguration routes;
  routes.set_name(std::move(name));
  routes.mutable_validate_clusters()->set_value(false);
  routes.mutable_max_direct_response_body_size_bytes()->set_value(kDirectResponseMax);
  routes.set_ignore_port_in_host_matching(true);
  return routes;
}

void add_virtual_host(VirtualHost virtual_host, RouteConfiguration& routes) {
  if (virtual_host.domains().empty() || virtual_host.routes().empty()) return;
  virtual_host.set_include_request_attempt_count(true);
  *routes.add_virtual_hosts() = std::move(virtual_host);
}

void add_unknown(UnknownTraffic policy, RouteConfiguration& routes) {
  constexpr uint32_t kBadGateway = 502;
  VirtualHost virtual_host;
  virtual_host.set_name(policy == UnknownTraffic::refused ? "block_all" : "allow_any");
  virtual_host.add_domains("*");
  auto& route = *virtual_host.add_routes();
  route.set_name(virtual_host.name());
  route.mutable_match()->set_prefix("/");
  if (policy == UnknownTraffic::refused) {
    route.mutable_direct_response()->set_status(kBadGateway);
  } else {
    route.mutable_route()->set_cluster(std::string(kPassthroughCluster));
    route.mutable_route()->mutable_timeout();
    limit_grpc_timeout(Duration::zero(), *route.mutable_route());
  }
  add_virtual_host(std::move(virtual_host), routes);
}

}  // namespace weft::control::translate
