// Ending a mesh: first it is asked, then made sure of. Works whatever state the mesh is in, also when weft-node was
// killed.
#pragma once

#include "base/clock.h"
#include "cli/mesh/state_folder.h"

namespace weft::cli {

enum class Data : uint8_t { remove, keep };

// What a take-down did.
struct TakenDown {
  bool was_running = false;
  size_t killed = 0;     // processes that did not end by themselves
  size_t left_over = 0;  // processes that could not be ended
};

// Asks weft-node to end everything (its socket, else SIGTERM), waits up to `grace`, ends what is left with SIGKILL,
// removes sockets, records and pod folders from the state folder; the database and keys too unless they are kept. Logs
// stay.
TakenDown take_down(const StateFolder& state, const Clock& clock, Duration grace, Data data);

}  // namespace weft::cli
