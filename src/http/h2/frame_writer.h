// Whole frames appended to what is to be sent (RFC 9113 6), and the heads of those whose payload follows. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "base/byte_buffer.h"
#include "http/h2/frame.h"

namespace weft::http::h2 {

void append_frame_head(ByteBuffer& out, const FrameHead& head);

// One parameter of a SETTINGS frame (RFC 9113 6.5.1).
struct SettingValue {
  Setting id;
  uint32_t value;
};
void append_settings(ByteBuffer& out, std::span<const SettingValue> values);
void append_settings_ack(ByteBuffer& out);
// `opaque`: 8 bytes. `flags`: kAck or 0.
void append_ping(ByteBuffer& out, std::string_view opaque, uint8_t flags);
void append_goaway(ByteBuffer& out, uint32_t last_stream, ErrorCode code, std::string_view why);
void append_window_update(ByteBuffer& out, uint32_t stream, uint32_t increment);
void append_rst_stream(ByteBuffer& out, uint32_t stream, ErrorCode code);

}  // namespace weft::http::h2
