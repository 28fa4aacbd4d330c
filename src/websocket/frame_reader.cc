#include "websocket/frame_reader.h"

namespace weft::websocket {
namespace {

constexpr size_t kMaskSize = 4;
constexpr size_t kControlMax = 125;
constexpr uint8_t kFin = 0x80;
constexpr uint8_t kReserved = 0x70;
constexpr uint8_t kMasked = 0x80;

enum Opcode : uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

std::unexpected<Error> malformed(std::string what) {
  return fail(Reason::malformed, std::move(what), Side::client);
}

uint64_t number_in(std::string_view bytes) {
  uint64_t number = 0;
  for (const char c : bytes) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

// How many bytes stand between a frame's first two and its mask: a longer length (5.2).
size_t length_size(uint8_t second) {
  const uint8_t length = second & 0x7f;
  return length == 127 ? 8 : length == 126 ? 2 : 0;
}

}  // namespace

void FrameReader::append(std::string_view bytes) {
  received_.append(bytes);
}

Result<std::optional<Frame>> FrameReader::next() {
  for (;;) {
    const std::string_view bytes = received_.readable();
    if (bytes.size() < 2) return std::nullopt;
    const auto first = static_cast<uint8_t>(bytes[0]);
    const auto second = static_cast<uint8_t>(bytes[1]);
    if ((first & kReserved) != 0) return malformed("a frame has reserved bits");
    if ((second & kMasked) == 0) return malformed("a client's frame is not masked");
    const size_t more = length_size(second);
    const size_t head = 2 + more + kMaskSize;
    if (bytes.size() < head) return std::nullopt;
    const uint64_t size = more == 0 ? second & 0x7f : number_in(bytes.substr(2, more));
    if (size > kFrameMax) return fail(Reason::too_large, "a frame is too large", Side::client);
    if (bytes.size() < head + size) return std::nullopt;
    const std::string_view mask = bytes.substr(2 + more, kMaskSize);
    payload_ = bytes.substr(head, size);
    for (size_t i = 0; i < payload_.size(); ++i) payload_[i] ^= mask[i % kMaskSize];
    received_.consume(head + size);
    WEFT_TRY(auto frame, understood(first));
    if (frame) return frame;
  }
}

Result<std::optional<Frame>> FrameReader::understood(uint8_t first) {
  const uint8_t opcode = first & 0x0f;
  if (opcode >= close) {
    if (payload_.size() > kControlMax || (first & kFin) == 0) return malformed("a control frame is too large");
    if (opcode == ping) return Frame{.what = Frame::What::ping, .data = payload_};
    if (opcode == close) return Frame{.what = Frame::What::close, .data = payload_};
    if (opcode == pong) return std::nullopt;
    return malformed("a frame of an unknown kind");
  }
  const bool begins = opcode == text || opcode == binary;
  if (!begins && opcode != continuation) return malformed("a frame of an unknown kind");
  if (begins == is_in_message_) return malformed("messages are mixed up");
  is_in_message_ = (first & kFin) == 0;
  return Frame{.what = Frame::What::data, .begins_message = begins, .data = payload_};
}

}  // namespace weft::websocket
