#include "control/translate/route/grpc_timeout.h"

#include <envoy/config/route/v3/route_components.pb.h>

#include "control/translate/encode.h"

#pragma clang diagnostic ignored "-Wdeprecated-declarations"  // see the header

namespace weft::control::translate {

void limit_grpc_timeout(Duration limit, envoy::config::route::v3::RouteAction& action) {
  set_duration(limit, *action.mutable_max_grpc_timeout());
}

}  // namespace weft::control::translate
