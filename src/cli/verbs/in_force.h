// Waiting, after an apply, until what was applied is in force.
#pragma once

#include "cli/mesh/control_plane.h"

namespace weft::cli {

// Returns when every proxy that sees the commit has it in force, and says how long that took since `began`. A Failure
// when one refused it, or when --timeout (30 s) is over.
Outcome wait_until_in_force(Session& session, const ControlPlane& weftd, const Applied& applied, Time began);

}  // namespace weft::cli
