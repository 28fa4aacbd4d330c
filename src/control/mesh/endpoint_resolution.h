// From EndpointSlices and the Pods they name to a Service's endpoints. Pure.
#pragma once

#include <string_view>

#include "api/kubernetes/endpoint_slice.h"
#include "control/mesh/mesh_view.h"

namespace weft::control::mesh {

// Adds the slice's endpoints; labels and workload come from the Pods as the view has them.
void add_endpoints(const api::kubernetes::EndpointSlice& slice, std::string_view space, const MeshView& view,
                   Endpoints& endpoints);

// Orders by address, and makes one of those that several slices list (with the ports of all).
void sort_endpoints(Endpoints& endpoints);

}  // namespace weft::control::mesh
