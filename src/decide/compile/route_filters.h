// What a route tells the HTTP filters (typed_per_filter_config), of the wire into ours.
#pragma once

#include <envoy/config/route/v3/route_components.pb.h>

#include "base/error.h"
#include "decide/routing/route.h"

namespace weft::decide {

// Fills in `fault` and `cors`. Fails for settings of any other filter.
Result<> compile_route_filters(const envoy::config::route::v3::Route& wire, Route& route);

}  // namespace weft::decide
