// TLS that ends at the proxy: at a sidecar the mesh's own, at a gateway what its servers say. Pure.
#pragma once

#include <cstdint>

#include "api/istio/mesh_config.h"
#include "api/istio/server_tls.h"

namespace envoy::config::core::v3 {
class TransportSocket;
}

namespace weft::control::translate {

// What is inside of it.
enum class Inside : uint8_t { http, bytes };

// Mutual TLS with members of the mesh alone.
void end_mesh_tls(const api::istio::MeshConfig& mesh, Inside inside, envoy::config::core::v3::TransportSocket& socket);

// A mode that ends TLS (not PASSTHROUGH or AUTO_PASSTHROUGH). Certificates come from Secrets, files, or are the
// gateway's own (ISTIO_MUTUAL).
void end_gateway_tls(const api::istio::MeshConfig& mesh, const api::istio::ServerTls& tls, Inside inside,
                     envoy::config::core::v3::TransportSocket& socket);

}  // namespace weft::control::translate
