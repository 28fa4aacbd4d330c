// FrameReader: what a client's bytes say, one after another. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "base/byte_buffer.h"
#include "base/error.h"
#include "spdy/header_block.h"

namespace weft::spdy {

// A client's data comes in frames of 32 KiB; who sends larger ones than this is not one of ours.
inline constexpr size_t kFrameMax = size_t{1} << 20;

// One thing that was said. `data` holds until the next call of the reader.
struct Event {
  // opened: a stream with headers; data: bytes on one, possibly none; reset: a stream is given up; ping: to be echoed
  // (its number is `stream`); left: no further streams will come.
  enum class What : uint8_t { opened, data, reset, ping, left };
  What what;
  uint32_t stream = 0;
  bool is_last = false;  // of its stream, opened and data
  HeaderBlock headers = {};
  std::string_view data = {};
};

// One connection's. After an error nothing more can be read.
class FrameReader {
 public:
  void append(std::string_view bytes);
  // The next event; nothing: more bytes are needed. Fails with `malformed`, `too_large` or `unsupported`.
  Result<std::optional<Event>> next();

 private:
  Result<std::optional<Event>> control(uint16_t type, uint8_t flags, std::string_view body);
  Result<std::optional<Event>> opened(uint8_t flags, std::string_view body);

  ByteBuffer received_;
  size_t taken_ = 0;  // of received_, by the last event
  HeaderReader headers_;
};

}  // namespace weft::spdy
