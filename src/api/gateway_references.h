// Checks of a Gateway against the pods and Services that are known: somebody must open its ports. Pure.
#pragma once

#include "api/registry_references.h"

namespace weft::api {

// IST0101 and IST0162: a selector without pods, a port that no Service of the pods has.
void check_gateway_workloads(const Resource& gateway, const ReferenceScene& scene, Findings& findings);

// The labels of a workload: those of a Pod, or of the Pods that a Deployment makes. Null for other kinds.
const model::Labels* workload_labels(const Resource& resource);

// Those of the pods that come with the installation: Istio's default profile, or `weft up`.
const model::Labels& installed_gateway_labels();

}  // namespace weft::api
