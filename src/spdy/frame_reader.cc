#include "spdy/frame_reader.h"

#include "spdy/numbers.h"

namespace weft::spdy {
namespace {

constexpr size_t kHeadSize = 8;
constexpr uint16_t kVersion = 3;
constexpr uint32_t kStreamMask = 0x7fff'ffff;
constexpr uint8_t kFin = 1;

enum Type : uint16_t { syn_stream = 1, syn_reply = 2, rst_stream = 3, settings = 4, ping = 6, goaway = 7, headers = 8 };

std::unexpected<Error> malformed(std::string what) {
  return fail(Reason::malformed, std::move(what), Side::client);
}

}  // namespace

void FrameReader::append(std::string_view bytes) {
  received_.consume(std::exchange(taken_, 0));
  received_.append(bytes);
}

// Frames that say nothing to us are passed over.
Result<std::optional<Event>> FrameReader::next() {
  for (;;) {
    received_.consume(std::exchange(taken_, 0));
    const std::string_view bytes = received_.readable();
    if (bytes.size() < kHeadSize) return std::nullopt;
    const uint32_t first = number_in(bytes);
    const uint8_t flags = static_cast<uint8_t>(bytes[4]);
    const size_t size = number_in(bytes.substr(4)) & 0xff'ffff;
    if (size > kFrameMax) return fail(Reason::too_large, "a frame of SPDY is too large", Side::client);
    if (bytes.size() < kHeadSize + size) return std::nullopt;
    taken_ = kHeadSize + size;
    const std::string_view body = bytes.substr(kHeadSize, size);
    if (first >> 31 == 0)
      return Event{.what = Event::What::data, .stream = first, .is_last = (flags & kFin) != 0, .data = body};
    if ((first >> 16 & 0x7fff) != kVersion) return fail(Reason::unsupported, "only SPDY/3.1 is spoken", Side::client);
    WEFT_TRY(auto event, control(static_cast<uint16_t>(first), flags, body));
    if (event) return event;
  }
}

Result<std::optional<Event>> FrameReader::control(uint16_t type, uint8_t flags, std::string_view body) {
  const bool has_number = body.size() >= 4;
  switch (type) {
    case syn_stream:
      return opened(flags, body);
    case syn_reply:
      return malformed("a client answers a stream that was not opened");
    case rst_stream:
      if (!has_number) return malformed("RST_STREAM is cut short");
      return Event{.what = Event::What::reset, .stream = number_in(body) & kStreamMask};
    case ping:
      if (!has_number) return malformed("PING is cut short");
      return Event{.what = Event::What::ping, .stream = number_in(body)};
    case goaway:
      return Event{.what = Event::What::left};
    case headers:
      // More headers of a stream: they are of no use, but part of the compressed whole.
      if (!has_number) return malformed("HEADERS is cut short");
      WEFT_CHECK(headers_.read(body.substr(4)));
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

// The stream's number, the associated one's, priority and slot (2.6.1).
Result<std::optional<Event>> FrameReader::opened(uint8_t flags, std::string_view body) {
  if (body.size() < 10) return malformed("SYN_STREAM is cut short");
  WEFT_TRY(auto block, headers_.read(body.substr(10)));
  return Event{.what = Event::What::opened,
               .stream = number_in(body) & kStreamMask,
               .is_last = (flags & kFin) != 0,
               .headers = std::move(block)};
}

}  // namespace weft::spdy
