// What a workload receives: the virtualInbound listener, those beside it, and the clusters towards the application.
// Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "control/translate/client.h"
#include "control/translate/encoded.h"

namespace weft::control::translate {

// Where the application takes connections.
struct InboundEndpoint {
  std::string address;  // an IP address, or unix://PATH
  uint32_t port = 0;    // 0: a socket file
};

// A port of the workload that some service leads to, or that its Sidecar lists.
struct InboundPort {
  uint32_t number = 0;        // the one that clients dial
  uint32_t service_port = 0;  // the service's
  mesh::Protocol protocol = mesh::Protocol::tcp;
  mesh::ServicePtr service;                                     // null when no service selects the workload
  std::optional<InboundEndpoint> endpoint;                      // none: at the address that was dialled
  mesh::SidecarPtr sidecar;                                     // keeps `connection_pool` alive
  const api::istio::ConnectionPool* connection_pool = nullptr;  // the Sidecar's, before any DestinationRule's
  std::optional<std::string> own_address;                       // the proxy listens there, too (captureMode NONE)
};

// The ports of the client's Sidecar (ingress), else those of the services that select it.
std::vector<InboundPort> inbound_ports(const mesh::MeshView& view, const Client& client);

// virtualInbound: 0.0.0.0:15006. What each port takes, plain text or mutual TLS, PeerAuthentications say.
Encoded inbound_listener(const mesh::MeshView& view, const Client& client, const std::vector<InboundPort>& ports);

// inbound_ADDRESS_PORT for the ports that clients in the pod dial at the proxy itself.
Resources bound_inbound_listeners(const mesh::MeshView& view, const Client& client,
                                  const std::vector<InboundPort>& ports);

// inbound|PORT|| for each port.
Resources inbound_clusters(const mesh::MeshView& view, const Client& client, const std::vector<InboundPort>& ports);

}  // namespace weft::control::translate
