// The endpoints of one service port as one message: what EDS sends, and what stands in clusters that resolve names.
// Pure.
#pragma once

#include <envoy/config/endpoint/v3/endpoint.pb.h>

#include "control/mesh/mesh_view.h"
#include "control/translate/cluster/nearness.h"

namespace weft::control::translate {

// One service port with the labels of one subset.
struct Selection {
  const mesh::MeshView& view;
  const mesh::Service& service;
  const mesh::ServicePort& port;
  const api::istio::Subset* subset;  // null: all endpoints
};

// Whether HTTP/1.1 requests to a sidecar may travel as HTTP/2 on the way there, which costs less. Where no rule says
// DO_NOT_UPGRADE.
enum class Multiplex : uint8_t { no, to_sidecars };
Multiplex multiplex_of(const mesh::ServicePort& port, const EffectivePolicy& policy);

// Grouped by locality, the nearest first; the cluster's name is its name.
envoy::config::endpoint::v3::ClusterLoadAssignment load_assignment(const Selection& selection,
                                                                   const mesh::Endpoints& endpoints,
                                                                   Multiplex multiplex, const Nearness& nearness);

// Whether some endpoint is selected.
bool has_endpoints(const Selection& selection, const mesh::Endpoints& endpoints);

}  // namespace weft::control::translate
