// Service -> EndpointSlice: which addresses stand behind a service, as Kubernetes' endpoint slice controller says it.
#pragma once

#include "control/workloads/new_object.h"
#include "control/workloads/outcome.h"
#include "control/workloads/world.h"

namespace weft::control {

// Who manages a slice, in the label endpointslice.kubernetes.io/managed-by: slices that others made are left alone.
inline constexpr std::string_view kSliceManager = "endpointslice-controller.weft.dev";

// Makes, updates and removes the slices of one service (`key`). A service without a selector, or of type ExternalName,
// has none of ours. Pods on their way out stay in the slice as terminating, so that proxies can drain them.
Outcome tend_endpoint_slices(const World& world, const Key& key, const Moment& moment);

}  // namespace weft::control
