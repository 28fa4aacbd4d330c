// What a workload receives: the virtualInbound listener and the clusters towards the application. Pure.
#pragma once

#include "control/translate/client.h"
#include "control/translate/encoded.h"

namespace weft::control::translate {

// A port of the workload that some service leads to.
struct InboundPort {
  uint32_t number = 0;        // the container's
  uint32_t service_port = 0;  // the service's
  mesh::Protocol protocol = mesh::Protocol::tcp;
  mesh::ServicePtr service;
};

// Ports of services that select the client's labels, by number; of two services that share one, the first by name.
std::vector<InboundPort> inbound_ports(const mesh::MeshView& view, const Client& client);

// virtualInbound: 0.0.0.0:15006. Plaintext.
Encoded inbound_listener(const mesh::MeshView& view, const std::vector<InboundPort>& ports);

// inbound|PORT|| for each port.
Resources inbound_clusters(const mesh::MeshView& view, const Client& client, const std::vector<InboundPort>& ports);

}  // namespace weft::control::translate
