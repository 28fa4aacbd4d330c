// Fields that belong to one connection and not to the message (RFC 9110 7.6.1): a proxy removes them before it
// forwards.
#pragma once

#include <cstdint>

#include "http/headers.h"

namespace weft::http::h1 {

// Whether the Upgrade field survives (the proxy passes the upgrade through) or goes like the others.
enum class Upgrades : uint8_t { strip, keep };

// Removes Connection, everything Connection names, Keep-Alive, Proxy-Connection, Transfer-Encoding, HTTP2-Settings, TE
// (except exactly "trailers") and Upgrade (by choice; h2c always goes). Call it before Weft's own fields are added:
// a client can't name those away. Framing and routing fields named by Connection stay.
void remove_hop_by_hop(Headers& headers, Upgrades upgrades);

}  // namespace weft::http::h1
