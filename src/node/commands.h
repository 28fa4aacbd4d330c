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

// `weft-node connect`: standard input and output become a connection to this port of the pod that it is run in. 0 when
// both sides have ended it; 1, with the reason, when there is none.
int run_connect(uint16_t port);

// `weft-node run`: returns when the mesh is down: 0 after an orderly end, 1 when it could not start.
int run_node(const RunOptions& options, const Clock& clock);

}  // namespace weft::node
