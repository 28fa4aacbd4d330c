// The sub-commands of weft-node that are no daemon, as main functions.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"

namespace weft::node {

// `weft-node sandbox-check`: prints every requirement of local pods; 0 when all are met, 1 otherwise.
int run_sandbox_check(const Clock& clock);

}  // namespace weft::node
