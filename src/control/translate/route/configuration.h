// What every route configuration has in common. Pure.
#pragma once

#include <string>

#include <envoy/config/route/v3/route.pb.h>

#include "control/translate/visibility.h"

namespace weft::control::translate {

// Hosts match whatever port follows them; a cluster that is not there (yet) fails its requests, not the configuration.
envoy::config::route::v3::RouteConfiguration start_routes(std::string name);

// Unless it has no domain, or no route.
void add_virtual_host(envoy::config::route::v3::VirtualHost virtual_host,
                      envoy::config::route::v3::RouteConfiguration& routes);

// What nobody claims goes where it was addressed to, or is answered with 502 (outboundTrafficPolicy).
void add_unknown(UnknownTraffic policy, envoy::config::route::v3::RouteConfiguration& routes);

}  // namespace weft::control::translate
