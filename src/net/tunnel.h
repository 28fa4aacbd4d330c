// Bytes in both directions between two streams until both have ended: TCP connections, and HTTP connections after an
// upgrade.
#pragma once

#include <cstdint>

#include "base/byte_buffer.h"
#include "net/relay_pool.h"
#include "net/stream.h"
#include "runtime/task.h"

namespace weft::net {

// One side of a tunnel; `early` are bytes that were received from it before.
struct TunnelEnd {
  Stream& stream;
  ByteBuffer* early = nullptr;
};

// How long a tunnel may last. An idle time of 0 means any; it is measured over both directions.
struct TunnelLimits {
  Duration idle_timeout{};
  Time ends_at = runtime::kNever;
};

// Why a tunnel ended. `finished`: both sides finished sending, in whatever order.
enum class TunnelEnding : uint8_t { finished, client_broke, endpoint_broke, idle, too_old, cancelled };

// How much went through, and how it ended.
struct TunnelResult {
  uint64_t to_endpoint = 0;
  uint64_t to_client = 0;
  TunnelEnding ending = TunnelEnding::finished;
};

// Passes the end of one side on and lets the other direction finish. Both streams are cancelled unless it ended as
// `finished`; closing them is up to their owners.
runtime::Task<TunnelResult> run_tunnel(TunnelEnd client, TunnelEnd endpoint, TunnelLimits limits, RelayPool& pool);

}  // namespace weft::net
