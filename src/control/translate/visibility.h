// What of the mesh the clients of a scope see: by exportTo, and by their Sidecar. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "control/translate/client.h"

namespace weft::control::translate {

// The Sidecar that holds for the clients of the scope; null: none.
mesh::SidecarPtr sidecar_of(const mesh::MeshView& view, const Scope& scope);

// The service of a host if clients of the scope may see it, else null.
mesh::ServicePtr visible_service(const mesh::MeshView& view, const Scope& scope, std::string_view host);

// The ExternalName Services that stand for a host and that they may see, in order of their names.
std::vector<mesh::ServicePtr> visible_aliases(const mesh::MeshView& view, const Scope& scope, std::string_view host);
bool is_visible_alias(const mesh::MeshView& view, const Scope& scope, const mesh::Service& alias);

// The VirtualService that speaks for a host to them, else null.
mesh::VirtualServicePtr visible_virtual_service(const mesh::MeshView& view, const Scope& scope, std::string_view host);

// Whether connections that they make to a port of a service they see are taken over. What is seen through socket files
// alone is not dialled.
bool is_dialled(const mesh::MeshView& view, const Scope& scope, const mesh::Service& service, uint32_t port);

// Where connections to a service go. Nobody has dialled a service through a gateway: there its endpoints are listed.
mesh::Resolution resolution_for(const Scope& scope, const mesh::Service& service);

// What becomes of connections to what is not known: Sidecar.outboundTrafficPolicy, else MeshConfig's.
enum class UnknownTraffic : uint8_t { let_through, refused };
UnknownTraffic unknown_traffic(const mesh::MeshView& view, const Scope& scope);
// The cluster that takes them.
std::string_view cluster_of_unknown(const mesh::MeshView& view, const Scope& scope);

// Where the client's Sidecar has the services of a port found; nothing: at their own addresses.
std::optional<mesh::EgressPlace> place_of_port(const mesh::MeshView& view, const Scope& scope, uint32_t port);

}  // namespace weft::control::translate
