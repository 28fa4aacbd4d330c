// RouteMatch and HeaderMatcher of the wire into ours.
#pragma once

#include <envoy/config/route/v3/route_components.pb.h>

#include "base/error.h"
#include "decide/routing/route_match.h"

namespace weft::decide {

Result<HeaderMatch> compile_header_match(const envoy::config::route::v3::HeaderMatcher& wire);
Result<RouteMatch> compile_route_match(const envoy::config::route::v3::RouteMatch& wire);

}  // namespace weft::decide
