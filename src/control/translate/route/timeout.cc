// VirtualService.http[].timeout.
#include <envoy/config/route/v3/route_components.pb.h>

#include "control/translate/encode.h"
#include "control/translate/route/grpc_timeout.h"
#include "control/translate/route/policies.h"

namespace weft::control::translate {

// Off unless set (Envoy's own default would be 15 s). A grpc-timeout of the client counts, capped by the route's.
void apply_timeout(const api::istio::HttpRoute& rule, envoy::config::route::v3::RouteAction& action) {
  Duration timeout = rule.timeout.value_or(Duration::zero());
  set_duration(timeout, *action.mutable_timeout());
  limit_grpc_timeout(timeout, action);
}

}  // namespace weft::control::translate
