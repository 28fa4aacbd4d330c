// Listeners for what a workload sends: the capture port, one per port for all services that share it, one per address
// of other services. Only the first, and those that a Sidecar wants bound, are bound; the others take over captured
// connections by their original destination.
// Pure.
#pragma once

#include <optional>
#include <vector>

#include "control/translate/client.h"
#include "control/translate/encoded.h"

namespace weft::control::translate {

// virtualOutbound: 0.0.0.0:15001.
Encoded capture_listener(const mesh::MeshView& view, const Scope& scope);

// Whether a port of a service is served at one place, together with others: HTTP, which names its host, ports of
// ServiceEntries without an address of their own, and whatever the client's Sidecar gives a place (captureMode, bind).
bool shares_port(const mesh::MeshView& view, const Scope& scope, const mesh::Service& service,
                 const mesh::ServicePort& port);
// Whether it takes part in the HTTP routes of the port's number.
bool shares_http(const mesh::MeshView& view, const Scope& scope, const mesh::Service& service,
                 const mesh::ServicePort& port);

// Of services that exclude each other the first has what they want: Kubernetes' own, then the oldest.
bool comes_before(const mesh::Service& a, const mesh::Service& b);

// 0.0.0.0_PORT of the services that share the port, with the routes named PORT where there is HTTP; ADDRESS_PORT where
// a Sidecar gives the port a place, which with captureMode NONE is bound. Nothing for the ports of capture itself.
std::optional<Encoded> port_listener(const mesh::MeshView& view, const Scope& scope, uint32_t port,
                                     const std::vector<mesh::ServicePtr>& services);

// ADDRESS_PORT for the ports of a service that are not declared HTTP: opaque TCP, or sniffed.
Resources service_listeners(const mesh::MeshView& view, const Scope& scope, const mesh::Service& service);

// expose_HOSTPORT at 127.0.0.1:HOSTPORT: as an in-mesh client of the service; where that is a gateway, whose clients
// are outside of the mesh, every byte goes there as it came.
Encoded exposed_listener(const mesh::MeshView& view, const Scope& scope, const Expose& expose);

}  // namespace weft::control::translate
