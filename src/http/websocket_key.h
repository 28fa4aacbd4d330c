// The handshake keys of WebSocket over HTTP/1.1 (RFC 6455 1.3), which WebSocket over HTTP/2 does without (RFC 8441 5):
// whoever stands between the two has to make them. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"

namespace weft::http {

// A new Sec-WebSocket-Key. It need not be secret: it only shows that a cache has not answered.
std::string new_websocket_key(Random& random);

// The Sec-WebSocket-Accept that answers a key.
std::string websocket_accept(std::string_view key);

}  // namespace weft::http
