// The policies of a cluster, one function and one file each. They fill in what a DestinationRule says, and Istio's
// defaults where it says nothing. Pure.
#pragma once

#include "control/mesh/protocol.h"
#include "control/translate/cluster/effective_policy.h"

namespace envoy::config::cluster::v3 {
class Cluster;
}

namespace weft::control::translate {

// lb_policy and its parameters: load_balancer.cc
void apply_load_balancer(const EffectivePolicy& policy, envoy::config::cluster::v3::Cluster& cluster);
// Connection and request limits, retry budget: circuit_breakers.cc
void apply_circuit_breakers(const EffectivePolicy& policy, envoy::config::cluster::v3::Cluster& cluster);
// Connect timeout and TCP keepalive: connections.cc
void apply_connections(const EffectivePolicy& policy, envoy::config::cluster::v3::Cluster& cluster);
// Who is at the other end of a cluster's connections: the application, or its sidecar.
enum class Hop : uint8_t { to_application, to_proxy };
// What is spoken towards the endpoints.
enum class HttpVersion : uint8_t { none, of_client, http1, http2 };
HttpVersion http_version(const EffectivePolicy& policy, mesh::Protocol protocol, Hop hop);
// The HTTP version towards the endpoints, idle time-out, requests per connection: http_options.cc
void apply_http_options(const EffectivePolicy& policy, mesh::Protocol protocol, Hop hop,
                        envoy::config::cluster::v3::Cluster& cluster);
// Ejection of endpoints that fail: outlier_detection.cc
void apply_outlier_detection(const EffectivePolicy& policy, envoy::config::cluster::v3::Cluster& cluster);

}  // namespace weft::control::translate
