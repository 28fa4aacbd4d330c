// What must hold between the fields of a Gateway: Istio's admission rules, and servers that get in each other's way.
#pragma once

#include "api/istio/gateway.h"
#include "api/place.h"
#include "api/text_checks.h"

namespace weft::api::istio {

// A name, *.x or *, with the namespace of VirtualServices before it, if any: "ns/x", "./x", "*/x".
Complaint check_gateway_host(std::string_view text);

void check_gateway_port(const Place& place, GatewayPort& port);
void check_gateway_server(const Place& place, GatewayServer& server);
void check_gateway(const Place& place, Gateway& gateway);

}  // namespace weft::api::istio
