// Objects that count for nothing, since MeshConfig's discoverySelectors do not take their namespace.
#pragma once

#include "api/finding.h"
#include "api/registry_references.h"
#include "api/resource.h"

namespace weft::api {

// Says so of Services and of Istio's kinds; of MeshConfig itself, that it leaves out the root namespace. A namespace
// that is not among the objects is not judged.
void check_discovery(const Resource& resource, const ReferenceScene& scene, Findings& findings);

}  // namespace weft::api
