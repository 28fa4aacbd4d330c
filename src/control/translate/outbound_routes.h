// Route configurations: one per port for all HTTP services on it, one per service port whose protocol is sniffed. Pure.
#pragma once

#include <vector>

#include "control/translate/client.h"
#include "control/translate/encoded.h"

namespace weft::control::translate {

// "3000": virtual hosts of the visible services among `services` that speak HTTP on the port, then everything else to
// its original destination. `services` are in order of their hosts.
Encoded port_routes(const mesh::MeshView& view, const Scope& scope, uint32_t port,
                    const std::vector<mesh::ServicePtr>& services);

// "HOST:PORT": the routes of one service, whatever name it is addressed by.
Encoded sniffed_routes(const mesh::MeshView& view, const Scope& scope, const mesh::Service& service, uint32_t port);

// "expose_18080": the in-mesh routes of one service, for every name.
Encoded exposed_routes(const mesh::MeshView& view, const Scope& scope, const Expose& expose);

// A configuration without routes, for a name that means nothing: a listener that waits for it can start.
Encoded empty_routes(std::string_view name);

}  // namespace weft::control::translate
