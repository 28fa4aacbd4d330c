// Deployment -> Pods, directly: Weft has no ReplicaSets. A pod belongs to its Deployment by an owner reference and to a
// template by the label pod-template-hash.
#pragma once

#include "control/workloads/new_object.h"
#include "control/workloads/outcome.h"
#include "control/workloads/world.h"

namespace weft::control {

inline constexpr char kTemplateHashLabel[] = "pod-template-hash";
inline constexpr char kRevisionAnnotation[] = "deployment.kubernetes.io/revision";

// One step of one Deployment: makes and removes pods, and brings status and revision up to date.
Outcome tend_deployment(const World& world, const Key& key, const Moment& moment);

}  // namespace weft::control
