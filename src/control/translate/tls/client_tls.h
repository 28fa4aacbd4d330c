// TLS of the connections to a cluster's endpoints: what a DestinationRule says, else the mesh's own to those that take
// it (auto mTLS). Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "control/mesh/mesh_view.h"
#include "control/translate/cluster/effective_policy.h"

namespace envoy::config::cluster::v3 {
class Cluster;
}

namespace weft::control::translate {

// Whose connections: one port of a service, or one subset of it.
struct TlsTarget {
  const mesh::MeshView& view;
  const mesh::Service& service;
  const mesh::ServicePort& port;
  std::string_view subset;
};

// transport_socket, or transport_socket_matches by what endpoints say of themselves. The cluster's type is set before.
void apply_tls(const TlsTarget& target, const EffectivePolicy& policy, envoy::config::cluster::v3::Cluster& cluster);

// Whether an endpoint's sidecar ends the mesh's mutual TLS on this port: what clients without a rule then speak.
bool takes_mesh_tls(const mesh::MeshView& view, const mesh::Endpoint& endpoint, uint32_t port);

// As endpoints say it: metadata envoy.transport_socket_match {tlsMode: istio}.
inline constexpr const char* kSocketMatch = "envoy.transport_socket_match";
inline constexpr const char* kTlsMode = "tlsMode";
inline constexpr const char* kIstioTls = "istio";

}  // namespace weft::control::translate
