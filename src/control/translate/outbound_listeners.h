// Listeners for what a workload sends: the capture port, one per HTTP port for all services, one per address of other
// services. Only the first is bound; the others take over captured connections by their original destination. Pure.
#pragma once

#include <optional>

#include "control/translate/client.h"
#include "control/translate/encoded.h"

namespace weft::control::translate {

// virtualOutbound: 0.0.0.0:15001.
Encoded capture_listener();

// 0.0.0.0_PORT, with the routes named PORT. Nothing for the ports of capture itself.
std::optional<Encoded> http_listener(uint32_t port);

// ADDRESS_PORT for the ports of a service that are not declared HTTP: opaque TCP, or sniffed.
Resources service_listeners(const mesh::MeshView& view, const Scope& scope, const mesh::Service& service);

// expose_HOSTPORT at 127.0.0.1:HOSTPORT.
Encoded exposed_listener(const mesh::MeshView& view, const Scope& scope, const Expose& expose);

}  // namespace weft::control::translate
