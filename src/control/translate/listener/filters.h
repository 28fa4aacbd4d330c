// The network filters that filter chains end in: an HTTP connection manager, or a TCP proxy. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <envoy/config/listener/v3/listener.pb.h>

#include "api/istio/mesh_config.h"
#include "control/translate/security/guards.h"

namespace envoy::config::route::v3 {
class RouteConfiguration;
}

namespace weft::control::translate {

// HTTP whose routes come over ADS under this name.
void add_http_with_rds(const api::istio::MeshConfig& mesh, std::string_view stat_prefix, std::string_view route_name,
                       envoy::config::listener::v3::FilterChain& chain);

// The same for clients from outside the mesh: what they claim about themselves is not believed, beyond what the proxies
// of `topology` before this one have added; limits are those of an edge.
void add_edge_http(const api::istio::MeshConfig& mesh, std::string_view stat_prefix, std::string_view route_name,
                   const api::istio::Topology& topology, const Guards& guards,
                   envoy::config::listener::v3::FilterChain& chain);

// HTTP towards the application, whose routes stand in the listener. The application is told who its client is
// (x-forwarded-client-cert).
void add_http_with_routes(const api::istio::MeshConfig& mesh, std::string_view stat_prefix,
                          const envoy::config::route::v3::RouteConfiguration& routes, const Guards& guards,
                          envoy::config::listener::v3::FilterChain& chain);

// A cluster with its share of the connections.
struct TcpShare {
  std::string cluster;
  uint32_t weight = 1;
};

// Opaque TCP to these clusters; at least one.
void add_tcp(std::string_view stat_prefix, const std::vector<TcpShare>& shares,
             envoy::config::listener::v3::FilterChain& chain);
void add_tcp(std::string_view cluster, envoy::config::listener::v3::FilterChain& chain);
// The same behind guards.
void add_guarded_tcp(std::string_view cluster, const Guards& guards, envoy::config::listener::v3::FilterChain& chain);

// A listener at an address; at "unix://PATH" there is no port.
void set_address(std::string_view address, uint32_t port, envoy::config::listener::v3::Listener& listener);

// Makes a chain match plaintext that was recognized as HTTP.
void match_http(envoy::config::listener::v3::FilterChainMatch& match);

}  // namespace weft::control::translate
