// How much one client may have done in a turn of its shard before the others get theirs. Only who sends without ever
// waiting for an answer, or cuts a body into the smallest pieces, meets these.
#pragma once

#include <cstdint>

#include "runtime/turn_budget.h"

namespace weft::proxy {

// Requests that were sent at once (HTTP/1.1 pipelining); 16 take less than 0.1 ms.
inline constexpr uint32_t kRequestsPerTurn = 16;
// Pieces of a body: each costs a write, and one may be a single byte (chunked).
inline constexpr uint32_t kPiecesPerTurn = 8;

}  // namespace weft::proxy
