// The endpoints of one service port as one message: what EDS sends, and what stands in clusters that resolve names.
// Pure.
#pragma once

#include <envoy/config/endpoint/v3/endpoint.pb.h>

#include "control/mesh/objects.h"
#include "control/translate/cluster/nearness.h"

namespace weft::control::translate {

// One service port with the labels of one subset.
struct Selection {
  const mesh::Service& service;
  const mesh::ServicePort& port;
  const api::istio::Subset* subset;  // null: all endpoints
};

// Grouped by locality, the nearest first; the cluster's name is its name.
envoy::config::endpoint::v3::ClusterLoadAssignment load_assignment(const Selection& selection,
                                                                   const mesh::Endpoints& endpoints,
                                                                   const Nearness& nearness);

// Whether some endpoint is selected.
bool has_endpoints(const Selection& selection, const mesh::Endpoints& endpoints);

}  // namespace weft::control::translate
