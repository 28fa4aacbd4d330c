// Cascading deletion: an object goes when none of its owners is left.
#pragma once

#include "control/workloads/new_object.h"
#include "control/workloads/outcome.h"
#include "control/workloads/world.h"

namespace weft::control {

// Owners of kinds that Weft does not serve count as alive: nothing is known of them. An owner is the object of that
// name with that uid; one that was made anew under the same name is another.
Outcome collect_orphan(const World& world, const Key& key, const Moment& moment);

}  // namespace weft::control
