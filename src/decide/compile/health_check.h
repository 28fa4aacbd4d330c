// HealthCheck of the wire into ours.
#pragma once

#include <memory>

#include <envoy/config/core/v3/health_check.pb.h>
#include <envoy/config/endpoint/v3/endpoint_components.pb.h>

#include "base/error.h"
#include "decide/health_check.h"

namespace weft::decide {

// Fails with `invalid` where Envoy refuses the configuration, with `unsupported` for what only Envoy does.
Result<HealthCheckPtr> compile_health_check(const envoy::config::core::v3::HealthCheck& wire);

using EndpointHealthCheck = envoy::config::endpoint::v3::Endpoint::HealthCheckConfig;
Result<std::shared_ptr<const CheckTarget>> compile_check_target(const EndpointHealthCheck& wire);

}  // namespace weft::decide
