// Injection: says on a new Pod whether it gets a sidecar, so that its peers can count on it.
#pragma once

#include "control/workloads/world.h"

namespace weft::control {

// Sets the annotation sidecar.istio.io/status, or takes it away where a copied manifest brought it along.
void note_injection(const model::Labels& namespace_labels, api::Json& pod);

// Empty: there is no such namespace, or it has none. Valid until the world changes.
const model::Labels& labels_of_namespace(const World& world, std::string_view name);

}  // namespace weft::control
