// The sub-commands of weft-node, as main functions.
#pragma once

#include "base/clock.h"
#include "node/options.h"

namespace weft::node {

// `weft-node sandbox-check`: prints every requirement of local pods; 0 when all are met, 1 otherwise.
int run_sandbox_check(const Clock& clock);

// `weft-node exec`: the command's exit code, 128 and the number of the signal that ended it, 126 or 127 when it could
// not be run, 1 when there is no pod to run it in.
int run_exec(const ExecOptions& options);

// `weft-node run`: returns when the mesh is down: 0 after an orderly end, 1 when it could not start.
int run_node(const RunOptions& options, const Clock& clock);

}  // namespace weft::node
