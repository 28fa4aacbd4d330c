// What must hold between the fields of MeshConfig: Istio's rules.
#pragma once

#include "api/istio/mesh_config.h"
#include "api/place.h"

namespace weft::api::istio {

void check_mesh_outbound_traffic(const Place& place, MeshOutboundTraffic& policy);
void check_mesh_config(const Place& place, MeshConfig& mesh);

}  // namespace weft::api::istio
