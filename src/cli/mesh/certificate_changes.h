// The changes of certificates and roots that take a while: each asks weftd for something and waits until the proxies
// have followed. Blocking.
#pragma once

#include <string>
#include <vector>

#include "cli/input/pod_words.h"
#include "cli/mesh/control_plane.h"
#include "cli/mesh/interrupts.h"

namespace weft::cli {

// How long to wait, and what ends a wait before. Outlives the call.
struct Patience {
  const Clock& clock;
  Time deadline;
  Interrupts interrupts = {};

  // Between two looks. False: the time is over; a failure: Ctrl-C came.
  Expected<bool> pause();
};

Expected<std::vector<api::Json>> certificates_in(const ControlPlane& weftd);

// All there are.
Expected<std::vector<PodName>> pods_in(const ControlPlane& weftd);

// Marks them and waits until every pod that had one of them has been given a newer one. `state`: "replace", "revoked".
Expected<bool> mark_and_wait(const ControlPlane& weftd, const std::vector<std::string>& serials, std::string_view state,
                             Patience& patience);

// Takes the step that is due. With `Readiness::wait` it waits until the mesh is ready for it; else it fails, naming who
// is not.
enum class Readiness : uint8_t { demand, wait };
Expected<api::Json> take_root_step(const ControlPlane& weftd, Readiness readiness, Patience& patience);

}  // namespace weft::cli
