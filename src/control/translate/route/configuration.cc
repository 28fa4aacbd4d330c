#include "control/translate/route/configuration.h"

namespace weft::control::translate {

envoy::config::route::v3::RouteConfiguration start_routes(std::string name) {
  constexpr uint32_t kDirectResponseMax = 1 << 20;  // directResponse bodies: more is refused by validation
  envoy::config::route::v3::RouteConfiguration routes;
  routes.set_name(std::move(name));
  routes.mutable_validate_clusters()->set_value(false);
  routes.mutable_max_direct_response_body_size_bytes()->set_value(kDirectResponseMax);
  routes.set_ignore_port_in_host_matching(true);
  return routes;
}

}  // namespace weft::control::translate
