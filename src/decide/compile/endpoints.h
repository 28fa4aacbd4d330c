// Endpoint sets from their parsed wire form, for compile() and for clusters that carry their endpoints.
#pragma once

#include <functional>

#include <envoy/config/endpoint/v3/endpoint.pb.h>

#include "base/error.h"
#include "decide/cluster.h"

namespace weft::decide {

Result<EndpointSetPtr> compile_endpoints(const envoy::config::endpoint::v3::ClusterLoadAssignment& wire);

// Calls `visit` with every endpoint of the wire, in order of priority, and with what it becomes, but for its address;
// fills in all of `set` but its endpoints.
using VisitEndpoint = std::function<Result<>(const envoy::config::endpoint::v3::LbEndpoint&, Endpoint)>;
Result<> for_each_endpoint(const envoy::config::endpoint::v3::ClusterLoadAssignment& wire, EndpointSet& set,
                           const VisitEndpoint& visit);

}  // namespace weft::decide
