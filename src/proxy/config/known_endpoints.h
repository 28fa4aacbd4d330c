// The endpoints of a cluster that no EDS resource lists, as the message that would: those that stand in the cluster,
// and those that its names resolved to. For /config_dump. Pure.
#pragma once

#include <envoy/config/endpoint/v3/endpoint.pb.h>

#include "decide/cluster.h"

namespace weft::proxy {

// With the name behind the addresses (hostname) where the cluster has one alone. Health is what the control plane said,
// not what was found out by asking.
envoy::config::endpoint::v3::ClusterLoadAssignment known_endpoints(const decide::Cluster& cluster,
                                                                   const decide::EndpointSet& set);

}  // namespace weft::proxy
