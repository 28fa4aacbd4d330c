#include "websocket/frames.h"

namespace weft::websocket {
namespace {

std::string frame(uint8_t opcode, std::string_view data) {
  std::string bytes(1, static_cast<char>(0x80 | opcode));
  const size_t size = data.size();
  if (size < 126) {
    bytes += static_cast<char>(size);
  } else {
    const bool is_long = size > 0xffff;
    bytes += static_cast<char>(is_long ? 127 : 126);
    for (int shift = is_long ? 56 : 8; shift >= 0; shift -= 8) bytes += static_cast<char>(uint64_t{size} >> shift);
  }
  return bytes += data;
}

}  // namespace

std::string binary_frame(std::string_view data) {
  return frame(2, data);
}

std::string pong_frame(std::string_view data) {
  return frame(10, data);
}

std::string close_frame(uint16_t code) {
  const char number[] = {static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  return frame(8, {number, sizeof number});
}

}  // namespace weft::websocket
