// What a route does, of the wire into ours.
#pragma once

#include <envoy/config/route/v3/route_components.pb.h>

#include "base/error.h"
#include "decide/names.h"
#include "decide/routing/route.h"

namespace weft::decide {

// `inherited` is the virtual host's retry policy, which a route without its own takes over.
Result<Forward> compile_forward(const envoy::config::route::v3::RouteAction& wire,
                                const envoy::config::route::v3::RetryPolicy* inherited, Ids& ids);
Result<Redirect> compile_redirect(const envoy::config::route::v3::RedirectAction& wire);
Result<DirectResponse> compile_direct_response(const envoy::config::route::v3::DirectResponseAction& wire);

}  // namespace weft::decide
