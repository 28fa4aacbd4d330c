// Where the programs of a mesh are on this machine.
#pragma once

#include "node/sandbox/pod_sandbox.h"

namespace weft::node {

// weftd and weft-proxy are looked for beside the running weft-node. Missing programs are told by check_programs().
Result<Programs> find_programs();

}  // namespace weft::node
