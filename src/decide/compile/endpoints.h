// Endpoint sets from their parsed wire form, for compile() and for clusters that carry their endpoints.
#pragma once

#include <envoy/config/endpoint/v3/endpoint.pb.h>

#include "base/error.h"
#include "decide/cluster.h"

namespace weft::decide {

Result<EndpointSetPtr> compile_endpoints(const envoy::config::endpoint::v3::ClusterLoadAssignment& wire);

}  // namespace weft::decide
