// FrameReader: what a client's bytes say, one frame after another (RFC 6455 5). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/byte_buffer.h"
#include "base/error.h"

namespace weft::websocket {

// kubectl's frames have 32 KiB.
inline constexpr size_t kFrameMax = size_t{1} << 20;

// One frame. `data` holds until the next call of the reader.
struct Frame {
  // data: a piece of a message, text or binary; close: the client says goodbye; pongs are not shown.
  enum class What : uint8_t { data, ping, close };
  What what;
  bool begins_message = false;  // of data
  std::string_view data;
};

// One connection's. After an error nothing more can be read.
class FrameReader {
 public:
  void append(std::string_view bytes);
  // The next frame; nothing: more bytes are needed. Fails with `malformed` or `too_large`.
  Result<std::optional<Frame>> next();

 private:
  Result<std::optional<Frame>> understood(uint8_t first);

  ByteBuffer received_;
  std::string payload_;
  bool is_in_message_ = false;
};

}  // namespace weft::websocket
