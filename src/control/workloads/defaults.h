// The defaults that Kubernetes writes into its own kinds when they are stored, as far as a mesh or a local pod reads
// them. Istio's kinds are stored as they were given: Istio defaults them where they are read.
#pragma once

#include "api/kinds.h"
#include "api/tree.h"

namespace weft::control {

// Fills in what is missing; what is set stays, so filling twice changes nothing.
void fill_defaults(const api::Kind& kind, api::Json& body);

}  // namespace weft::control
