// What a gateway opens: one listener per port, and the routes of its HTTP ports. Pure.
#pragma once

#include <set>
#include <string>

#include "control/mesh/merged_gateway.h"
#include "control/translate/client.h"
#include "control/translate/encoded.h"

namespace weft::control::translate {

// The Gateways that select the client, merged. Empty for a client that none selects.
mesh::MergedGateway gateway_of(const mesh::MeshView& view, const Client& client);

// 0.0.0.0_PORT. A port with nowhere to go has none: opaque TCP or TLS without rules.
// `topology` is what stands before the gateway.
Resources gateway_listeners(const mesh::MeshView& view, const Client& client, const Scope& scope,
                            const mesh::MergedGateway& gateway);

// The route configuration of a server that ends TLS with HTTP inside.
std::string https_route_name(const mesh::MergedServer& server);

// http.PORT: the virtual hosts of all servers of a port; https.PORT.NAME.GATEWAY.NAMESPACE: those of one server that
// ends TLS. 404 for every other host.
Resources gateway_routes(const mesh::MeshView& view, const Scope& scope, const mesh::MergedGateway& gateway);

// outbound_.PORT_.SUBSET_.HOST, for a server whose clients name clusters by server name (AUTO_PASSTHROUGH), and for all
// of the gateway's. Only of ports that speak TLS themselves: nothing else here would ask who the client is.
Resources named_clusters(const mesh::MeshView& view, const Scope& scope, const mesh::MergedServer& server);
Resources gateway_clusters(const mesh::MeshView& view, const Scope& scope, const mesh::MergedGateway& gateway);

// The hosts, or wildcards, whose services and rules decide over these resources.
std::set<std::string> hosts_behind_gateway(const mesh::MeshView& view, const Scope& scope,
                                           const mesh::MergedGateway& gateway);

}  // namespace weft::control::translate
