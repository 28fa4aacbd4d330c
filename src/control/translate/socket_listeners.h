// Listeners of a Sidecar's egress at socket files: clients in the pod connect to the file instead of a service's
// address, so that the Host of a request, with its port, says which service is meant. Pure.
#pragma once

#include <vector>

#include "control/translate/client.h"
#include "control/translate/encoded.h"

namespace weft::control::translate {

// One for each egress listener with `bind: unix://...`, named as it, that takes in one of the services, which the
// client sees. What is no HTTP goes by TLS server name, or to the oldest service; it has to have one port alone, as in
// Istio.
Resources socket_listeners(const mesh::MeshView& view, const Scope& scope,
                           const std::vector<mesh::ServicePtr>& services);

// Their routes, under the same names, where they take HTTP: hosts are named with their port, or without it for port 80.
Resources socket_routes(const mesh::MeshView& view, const Scope& scope, const std::vector<mesh::ServicePtr>& services);

}  // namespace weft::control::translate
