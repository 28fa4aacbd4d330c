// What every route configuration has in common. Pure.
#pragma once

#include <string>

#include <envoy/config/route/v3/route.pb.h>

namespace weft::control::translate {

// Hosts match whatever port follows them; a cluster that is not there (yet) fails its requests, not the configuration.
envoy::config::route::v3::RouteConfiguration start_routes(std::string name);

}  // namespace weft::control::translate
