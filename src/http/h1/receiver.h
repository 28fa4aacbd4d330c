// Receiver: the receiving half of a connection of either side: one buffer, filled from the stream when more is needed.
#pragma once

#include <cstddef>

#include "base/byte_buffer.h"
#include "base/error.h"
#include "http/h1/body_decoder.h"
#include "http/h1/body_writer.h"
#include "net/stream.h"
#include "runtime/task.h"

namespace weft::http::h1 {

// Held by a connection. Reads only when the stream may be readable, so that waiting costs no system call.
class Receiver {
 public:
  // A read with less room than this is not worth its system call.
  static constexpr size_t kReadBytesMin = 4 * 1024;

  explicit Receiver(net::Stream& stream) : stream_(&stream) {}

  ByteBuffer& buffer() { return buffer_; }
  const ByteBuffer& buffer() const { return buffer_; }

  // Appends what the stream has to the buffer; would_block, without a system call, where nothing is known to be there.
  net::Io try_fill();

  // Appends at least one byte to the buffer, waiting for it; 0: the peer has finished sending. Fails with `reset`,
  // `timed_out`, `cancelled`.
  runtime::Task<Result<size_t>> fill(Time deadline);

  // What the buffer already holds of a body: one run of data, and the end where it follows at once. Fails with
  // `malformed` or `too_large`.
  Result<BodyPiece> take(BodyDecoder& decoder);

  // Whether nothing has come and the peer is still there. What has come is then in the buffer.
  bool is_quiet();

 private:
  net::Stream* stream_;
  ByteBuffer buffer_;
};

}  // namespace weft::http::h1
