// From EndpointSlices and the Pods they name, and from WorkloadEntries, to a Service's endpoints. Pure.
#pragma once

#include <string_view>

#include "api/istio/workload_entry.h"
#include "api/kubernetes/endpoint_slice.h"
#include "control/mesh/mesh_view.h"

namespace weft::control::mesh {

// Adds the slice's endpoints; labels and workload come from the Pods as the view has them.
void add_endpoints(const api::kubernetes::EndpointSlice& slice, std::string_view space, const MeshView& view,
                   Endpoints& endpoints);

// An endpoint of a ServiceEntry, or a WorkloadEntry.
Endpoint read_endpoint(const api::istio::WorkloadEntry& entry, std::string_view space);

// A Pod as an endpoint of a ServiceEntry that selects it.
Endpoint read_endpoint(const Pod& pod);

// Gives the endpoint the service's own number for each port that it names no number of.
void complete_ports(const Service& service, Endpoint& endpoint);

// Orders by address, and makes one of those that several slices list (with the ports of all).
void sort_endpoints(Endpoints& endpoints);

}  // namespace weft::control::mesh
