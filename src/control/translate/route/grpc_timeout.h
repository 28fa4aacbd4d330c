// The limit of a client's grpc-timeout. Pure.
#pragma once

#include "base/clock.h"

namespace envoy::config::route::v3 {
class RouteAction;
}

namespace weft::control::translate {

// By the old field for it, as Istio does: beside the new one (max_stream_duration) Envoy passes over `timeout`.
void limit_grpc_timeout(Duration limit, envoy::config::route::v3::RouteAction& action);

}  // namespace weft::control::translate
