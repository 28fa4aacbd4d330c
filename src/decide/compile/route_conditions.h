// RouteMatch of the wire into RouteMatch of ours.
#pragma once

#include <envoy/config/route/v3/route_components.pb.h>

#include "base/error.h"
#include "decide/routing/route_match.h"

namespace weft::decide {

Result<RouteMatch> compile_route_match(const envoy::config::route::v3::RouteMatch& wire);

}  // namespace weft::decide
