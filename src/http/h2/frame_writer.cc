#include "http/h2/frame_writer.h"

namespace weft::http::h2 {
namespace {

// A frame whose payload are 32-bit numbers.
void append_numbers(ByteBuffer& out, FrameType type, uint32_t stream, std::span<const uint32_t> numbers) {
  const auto size = static_cast<uint32_t>(numbers.size() * 4);
  char* end = out.reserve(kFrameHeadBytes + size).data();
  end = write_frame_head(end, {.size = size, .type = type, .flags = 0, .stream = stream});
  for (const uint32_t number : numbers) end = write_u32(end, number);
  out.commit(kFrameHeadBytes + size);
}

}  // namespace

void append_frame_head(ByteBuffer& out, const FrameHead& head) {
  write_frame_head(out.reserve(kFrameHeadBytes).data(), head);
  out.commit(kFrameHeadBytes);
}

void append_settings(ByteBuffer& out, std::span<const SettingValue> values) {
  append_frame_head(out, {.size = static_cast<uint32_t>(values.size() * 6), .type = FrameType::settings});
  for (const auto& [id, value] : values) {
    write_u32(write_u16(out.reserve(6).data(), static_cast<uint16_t>(id)), value);
    out.commit(6);
  }
}

void append_settings_ack(ByteBuffer& out) {
  append_frame_head(out, {.size = 0, .type = FrameType::settings, .flags = kAck});
}

void append_ping(ByteBuffer& out, std::string_view opaque, uint8_t flags) {
  append_frame_head(out, {.size = 8, .type = FrameType::ping, .flags = flags});
  out.append(opaque);
}

void append_goaway(ByteBuffer& out, uint32_t last_stream, ErrorCode code, std::string_view why) {
  append_frame_head(out, {.size = static_cast<uint32_t>(8 + why.size()), .type = FrameType::goaway});
  write_u32(write_u32(out.reserve(8).data(), last_stream), static_cast<uint32_t>(code));
  out.commit(8);
  out.append(why);
}

void append_window_update(ByteBuffer& out, uint32_t stream, uint32_t increment) {
  append_numbers(out, FrameType::window_update, stream, {{increment}});
}

void append_rst_stream(ByteBuffer& out, uint32_t stream, ErrorCode code) {
  append_numbers(out, FrameType::rst_stream, stream, {{static_cast<uint32_t>(code)}});
}

}  // namespace weft::http::h2
