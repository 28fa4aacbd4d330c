// StreamPipe: an HTTP/2 stream as a net::Stream: what is left of it once its head has granted a tunnel (RFC 9113 8.5,
// RFC 8441).
#pragma once

#include "base/byte_buffer.h"
#include "net/stream.h"

namespace weft::http::h2 {

class Stream;

// Held by its stream, which tells it what happens. Flow control is the back-pressure: bytes count as read when they are
// taken from here, and it is not writable while some wait for a window. One thread.
class StreamPipe final : public net::Stream {
 public:
  explicit StreamPipe(h2::Stream& stream);

  net::Io try_read(std::span<char> into) override;
  // Takes all it is given, unless something waits already.
  net::Io try_write(std::span<const iovec> parts) override;
  // END_STREAM, behind what waits.
  void finish_writing() override;
  int fd() const override { return -1; }

  // From the stream: there are bytes to read, or an end; what waited has gone out, or never will.
  void note_received() { readiness_.mark_readable(); }
  void note_sent();

 private:
  h2::Stream* stream_;
  runtime::Readiness readiness_;
  ByteBuffer waiting_;  // for a window, or for the connection
};

}  // namespace weft::http::h2
