// How objects go: at once, or marked first while something still has to be brought to an end.
#pragma once

#include <cstdint>
#include <optional>

#include "control/store/object.h"
#include "control/workloads/new_object.h"
#include "control/workloads/world.h"

namespace weft::control {

// The write that deletes an object, or nothing when all that can be done now is done (it is marked already).
// - A Pod that weft-node may have started is marked with deletionTimestamp; weft-node removes it with grace 0 once its
//   processes have ended. `grace_seconds` overrides the Pod's own; 0 removes it now.
// - An object with finalizers is marked until they are gone; so is a Namespace until it is empty.
std::optional<Write> removal(const Known& known, const Moment& moment,
                             std::optional<int64_t> grace_seconds = std::nullopt);

// Whether the object is on its way out.
inline bool is_terminating(const api::Resource& resource) {
  return !resource.metadata.deletion_timestamp.empty();
}

}  // namespace weft::control
