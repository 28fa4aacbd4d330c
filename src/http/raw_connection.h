// RawConnection: the bytes below an HTTP/1.1 exchange, for those who may move them as they are: tunnels after an
// upgrade.
#pragma once

#include "base/byte_buffer.h"
#include "net/stream.h"

namespace weft::http {

// A view of a connection's stream and of the bytes that were received behind the last head. Valid as long as the
// connection; empty where the exchange shares its connection with others.
struct RawConnection {
  net::Stream* stream = nullptr;
  ByteBuffer* early = nullptr;

  explicit operator bool() const { return stream != nullptr; }
};

}  // namespace weft::http
