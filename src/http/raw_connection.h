// RawConnection: the bytes below an exchange, for those who may move them as they are: of its HTTP/1.1 connection, or
// of its HTTP/2 stream.
#pragma once

#include "base/byte_buffer.h"
#include "net/stream.h"

namespace weft::http {

// A view of them and of what was received behind the last head. Valid as long as the exchange's connection or stream;
// empty before a tunnel is open on a stream.
struct RawConnection {
  net::Stream* stream = nullptr;
  ByteBuffer* early = nullptr;

  explicit operator bool() const { return stream != nullptr; }
};

}  // namespace weft::http
