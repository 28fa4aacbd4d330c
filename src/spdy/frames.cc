#include "spdy/frames.h"

#include "spdy/numbers.h"

namespace weft::spdy {
namespace {

constexpr uint32_t kRefused = 3;

std::string control_frame(uint16_t type, std::string_view body) {
  std::string frame;
  append_number(frame, uint32_t{0x8003} << 16 | type);
  append_number(frame, static_cast<uint32_t>(body.size()));
  return frame += body;
}

}  // namespace

std::string reply_frame(uint32_t stream, HeaderWriter& headers) {
  std::string body;
  append_number(body, stream);
  return control_frame(2, body += headers.write({}));
}

std::string data_frame(uint32_t stream, std::string_view data, Fin fin) {
  std::string frame;
  frame.reserve(8 + data.size());
  append_number(frame, stream);
  append_number(frame, static_cast<uint32_t>(fin) << 24 | static_cast<uint32_t>(data.size()));
  return frame += data;
}

std::string refusal_frame(uint32_t stream) {
  std::string body;
  append_number(body, stream);
  append_number(body, kRefused);
  return control_frame(3, body);
}

std::string ping_frame(uint32_t number) {
  std::string body;
  append_number(body, number);
  return control_frame(6, body);
}

}  // namespace weft::spdy
