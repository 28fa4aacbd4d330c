// The addresses inside a mesh: pods get theirs here, services theirs from weftd.
#pragma once

#include "node/sandbox/pod_network.h"

namespace weft::node {

// 10.244.0.0/16, the gateway first.
PodSubnet default_subnet();

// 10.96.0.0/16
net::IpRange default_service_range();

}  // namespace weft::node
