// Whether ports of this machine's loopback can be listened on, asked before a mesh starts so that the answer is clear.
#pragma once

#include <cstdint>

#include "base/error.h"

namespace weft::cli {

// Errors: already_exists (somebody listens there), denied (a port below 1024 without the right to it).
Result<> probe_port(uint16_t port);

// The port itself if it is free, else the next of the following 100 that is.
Result<uint16_t> free_port_from(uint16_t port);

}  // namespace weft::cli
