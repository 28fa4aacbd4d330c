// The frames that a server sends. Pure.
#pragma once

#include <string>
#include <string_view>

#include "spdy/header_block.h"

namespace weft::spdy {

// Whether the sender's side of a stream ends with a frame.
enum class Fin : uint8_t { no, yes };

// Accepts a stream. The blocks of all answers of a connection come from one writer, in order.
std::string reply_frame(uint32_t stream, HeaderWriter& headers);
std::string data_frame(uint32_t stream, std::string_view data, Fin fin);
// Gives a stream up that was opened (REFUSED_STREAM).
std::string refusal_frame(uint32_t stream);
// Echoes a client's.
std::string ping_frame(uint32_t number);

}  // namespace weft::spdy
