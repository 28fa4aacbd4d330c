// VirtualService.tcp: weighted destinations of opaque connections. Pure.
#pragma once

#include <vector>

#include "control/translate/client.h"
#include "control/translate/listener/filters.h"

namespace weft::control::translate {

// Where connections to a service's port go: the first rule of its VirtualService that is for this client and port, else
// the port's own cluster. Never empty.
std::vector<TcpShare> tcp_shares(const mesh::MeshView& view, const Scope& scope, const mesh::Service& service,
                                 uint32_t port);

}  // namespace weft::control::translate
