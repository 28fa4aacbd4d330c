// Bytes in both directions between two streams until both have ended: TCP connections, and HTTP connections after an
// upgrade.
#pragma once

#include <cstdint>

#include "base/byte_buffer.h"
#include "net/stream.h"
#include "runtime/task.h"

namespace weft::proxy {

// One side of a tunnel; `early` are bytes that were received from it before.
struct TunnelEnd {
  net::Stream& stream;
  ByteBuffer* early = nullptr;
};

// How much went through, and whether an end broke off instead of finishing.
struct TunnelResult {
  uint64_t to_endpoint = 0;
  uint64_t to_client = 0;
  bool broke = false;
};

// Passes ends of one side on and lets the other direction finish. `idle_timeout` of 0: none; it is measured over both
// directions. Ends when both have ended, one broke or nothing moved for too long.
runtime::Task<TunnelResult> run_tunnel(TunnelEnd client, TunnelEnd endpoint, Duration idle_timeout);

}  // namespace weft::proxy
