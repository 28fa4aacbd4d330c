// What a Deployment says about itself: counts and the conditions Available and Progressing, in the words that
// `kubectl rollout status` and `kubectl wait` look for.
#pragma once

#include <string>
#include <vector>

#include "api/resource.h"
#include "control/workloads/outcome.h"
#include "control/workloads/rollout.h"

namespace weft::control {

// The object with its status brought up to date; equal to resource.body when nothing changed. `outcome` learns when the
// progress deadline is to be looked at.
api::Json with_status(const api::Resource& resource, const std::vector<Replica>& replicas, WallTime now,
                      Outcome& outcome);

}  // namespace weft::control
