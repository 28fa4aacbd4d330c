// Injection: says on a new Pod whether it gets a sidecar, so that its peers can count on it.
#pragma once

#include "control/workloads/world.h"

namespace weft::control {

// Sets the annotation sidecar.istio.io/status, or takes it away where a copied manifest brought it along.
void note_injection(const World& world, api::Json& pod);

}  // namespace weft::control
