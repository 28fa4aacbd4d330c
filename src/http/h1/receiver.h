// Receiver: the receiving half of a connection of either side: one buffer, filled from the stream when more is needed.
#pragma once

#include <cstddef>

#include "base/byte_buffer.h"
#include "base/error.h"
#include "net/stream.h"
#include "runtime/task.h"

namespace weft::http::h1 {

// Held by a connection. Reads only when the stream may be readable, so that waiting costs no system call.
class Receiver {
 public:
  explicit Receiver(net::Stream& stream) : stream_(&stream) {}

  ByteBuffer& buffer() { return buffer_; }
  const ByteBuffer& buffer() const { return buffer_; }

  // Appends at least one byte to the buffer; 0: the peer has finished sending. Fails with `reset`, `timed_out`,
  // `cancelled`.
  runtime::Task<Result<size_t>> fill(Time deadline);

 private:
  net::Stream* stream_;
  ByteBuffer buffer_;
};

}  // namespace weft::http::h1
