// A port of this machine that belongs to somebody who does not listen there at this moment: not yet, or while it starts
// again. Between two questions whether the port is free, nobody else may be told that it is.
#pragma once

#include <cstdint>

#include "base/error.h"
#include "net/fd.h"

namespace weft::net {

// Who has it: a start that has chosen it, or what runs on it. The two do not exclude each other.
enum class PortUse : uint8_t { starts, runs };

// Holds for as long as the descriptor is open. `already_exists`: somebody else has claimed it so. Any user's claims in
// this network namespace count.
Result<Fd> claim_port(uint16_t port, PortUse use);

}  // namespace weft::net
