// What must hold between the fields of a Sidecar: Istio's admission rules.
#pragma once

#include "api/istio/sidecar.h"
#include "api/place.h"
#include "api/text_checks.h"

namespace weft::api::istio {

Complaint check_ip_address(std::string_view text);
Complaint check_egress_host(std::string_view text);  // [~]NAMESPACE/NAME

void check_sidecar_port(const Place& place, SidecarPort& port);
void check_ingress_listener(const Place& place, IngressListener& listener);
void check_egress_listener(const Place& place, EgressListener& listener);
void check_outbound_traffic(const Place& place, OutboundTraffic& policy);
void check_sidecar(const Place& place, Sidecar& sidecar);

}  // namespace weft::api::istio
