// The CORS policies of the wire, the filter's and the older one of a route, into ours.
#pragma once

#include <envoy/config/route/v3/route_components.pb.h>
#include <envoy/extensions/filters/http/cors/v3/cors.pb.h>

#include "base/error.h"
#include "decide/routing/cors_policy.h"

namespace weft::decide {

Result<CorsPolicy> compile_cors(const envoy::extensions::filters::http::cors::v3::CorsPolicy& wire);
Result<CorsPolicy> compile_cors(const envoy::config::route::v3::CorsPolicy& wire);

}  // namespace weft::decide
