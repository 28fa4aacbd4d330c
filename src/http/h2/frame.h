// Frames of HTTP/2 as they lie on the wire (RFC 9113 4.1, 6): their heads and the numbers in them. Pure.
#pragma once

#include <cstddef>
#include <cstdint>

namespace weft::http::h2 {

// RFC 9113 7.
enum class ErrorCode : uint32_t {
  no_error = 0,
  protocol_error = 1,
  internal_error = 2,
  flow_control_error = 3,
  settings_timeout = 4,
  stream_closed = 5,
  frame_size_error = 6,
  refused_stream = 7,
  cancel = 8,
  compression_error = 9,
  connect_error = 10,
  enhance_your_calm = 11,
};

// RFC 9113 6. Other values may come: such frames are passed over (4.1).
enum class FrameType : uint8_t {
  data = 0,
  headers = 1,
  priority = 2,
  rst_stream = 3,
  settings = 4,
  push_promise = 5,
  ping = 6,
  goaway = 7,
  window_update = 8,
  continuation = 9,
};

// RFC 9113 6.5.2.
enum class Setting : uint16_t {
  header_table_size = 1,
  enable_push = 2,
  max_concurrent_streams = 3,
  initial_window_size = 4,
  max_frame_size = 5,
  max_header_list_size = 6,
  enable_connect_protocol = 8,  // RFC 8441 3
  multiplexes = 0xf3e1,         // ours, of the numbers for experiments (RFC 7540 11.3): see Settings::multiplexes
};

inline constexpr uint8_t kEndStream = 0x1;
inline constexpr uint8_t kAck = 0x1;
inline constexpr uint8_t kEndHeaders = 0x4;
inline constexpr uint8_t kPadded = 0x8;
inline constexpr uint8_t kPriority = 0x20;

inline constexpr size_t kFrameHeadBytes = 9;
inline constexpr uint32_t kFrameBytesDefault = 16'384;  // RFC 9113 4.2; ours, and the least that a peer may announce
inline constexpr uint32_t kFrameBytesMost = (1u << 24) - 1;  // RFC 9113 4.2
inline constexpr uint32_t kWindowDefault = 65'535;           // RFC 9113 6.9.2
inline constexpr int64_t kWindowMost = (int64_t{1} << 31) - 1;
inline constexpr uint32_t kStreamIdMost = (1u << 31) - 1;

// `size` is that of the payload. The reserved bit of the stream's id is dropped.
struct FrameHead {
  uint32_t size = 0;
  FrameType type = FrameType::data;
  uint8_t flags = 0;
  uint32_t stream = 0;

  bool has(uint8_t flag) const { return (flags & flag) != 0; }
};

inline uint32_t read_u32(const char* at) {
  const auto* byte = reinterpret_cast<const unsigned char*>(at);
  return uint32_t{byte[0]} << 24 | uint32_t{byte[1]} << 16 | uint32_t{byte[2]} << 8 | byte[3];
}
inline uint16_t read_u16(const char* at) {
  const auto* byte = reinterpret_cast<const unsigned char*>(at);
  return static_cast<uint16_t>(byte[0] << 8 | byte[1]);
}
inline char* write_u32(char* out, uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) *out++ = static_cast<char>(value >> shift);
  return out;
}
inline char* write_u16(char* out, uint16_t value) {
  *out++ = static_cast<char>(value >> 8);
  *out++ = static_cast<char>(value);
  return out;
}

inline FrameHead read_frame_head(const char* at) {
  return {.size = read_u32(at) >> 8,
          .type = static_cast<FrameType>(at[3]),
          .flags = static_cast<uint8_t>(at[4]),
          .stream = read_u32(at + 5) & kStreamIdMost};
}
inline char* write_frame_head(char* out, const FrameHead& head) {
  write_u32(out, head.size << 8);
  out[3] = static_cast<char>(head.type);
  out[4] = static_cast<char>(head.flags);
  return write_u32(out + 5, head.stream);
}

// Whether a stream's priority (RFC 9113 5.3.2) makes it depend on itself. `priority`: at least 4 bytes.
inline bool names_itself(uint32_t stream, const char* priority) {
  return (read_u32(priority) & kStreamIdMost) == stream;
}

}  // namespace weft::http::h2
