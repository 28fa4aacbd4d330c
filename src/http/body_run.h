// BodyRun: the rest of a body that lies on its connection as it is, byte for byte, so that it can be moved to another
// connection without passing through a codec, or through this process at all (splice(2)).
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/clock.h"
#include "base/error.h"
#include "net/stream.h"

namespace weft::http {

// One end of it: where the bytes come from or go to. A view, valid until its exchange is read or written otherwise;
// empty where chunks, frames or encryption stand between the body and the socket.
struct BodyRun {
  net::Stream* stream = nullptr;
  uint64_t* left = nullptr;         // bytes; whoever moves them counts down, and at 0 the body is complete
  Time deadline = runtime::kNever;  // of the exchange
  Duration patience{};              // of each wait; 0: any
  Side side = Side::us;             // whose fault it is when the stream breaks

  explicit operator bool() const { return stream != nullptr; }
  Time until(Time now) const { return patience == Duration::zero() ? deadline : std::min(deadline, now + patience); }
};

}  // namespace weft::http
