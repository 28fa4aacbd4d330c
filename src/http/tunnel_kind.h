// TunnelKind: how a request asks to leave HTTP. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace weft::http {

// `upgrade`: to the protocol of its Upgrade field (RFC 9110 7.8); over HTTP/2 an extended CONNECT (RFC 8441), which
// Weft shows in the same terms: a GET with that field, whose 200 is a 101. `connect`: to the bytes of its authority's
// connection (RFC 9110 9.3.6).
enum class TunnelKind : uint8_t { none, upgrade, connect };

// Whether this status grants it: from then on the exchange's bytes belong to its two ends.
constexpr bool opens_tunnel(TunnelKind asked, uint16_t status) {
  if (asked == TunnelKind::connect) return status >= 200 && status < 300;
  return asked == TunnelKind::upgrade && status == 101;
}

}  // namespace weft::http
