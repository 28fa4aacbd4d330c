// The frames that a server sends (RFC 6455 5): not masked, each message one frame. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weft::websocket {

std::string binary_frame(std::string_view data);
// Answers a ping with its data.
std::string pong_frame(std::string_view data);
// 1000: all is done (7.4.1).
std::string close_frame(uint16_t code = 1000);

}  // namespace weft::websocket
