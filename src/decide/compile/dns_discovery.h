// Clusters whose endpoints are what names resolve to, from their wire form.
#pragma once

#include <envoy/config/cluster/v3/cluster.pb.h>

#include "base/error.h"
#include "decide/cluster.h"

namespace weft::decide {

// For a cluster of type STRICT_DNS or LOGICAL_DNS.
Result<DnsDiscovery> compile_dns_discovery(const envoy::config::cluster::v3::Cluster& wire);

}  // namespace weft::decide
