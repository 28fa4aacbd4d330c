// ClientHello: what a TLS client says of its wishes before anything is encrypted (RFC 8446 4.1.2): the server's name
// and the application protocols. Pure; anyone may send the bytes, so they are bounded and every length is checked.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace weft::proxy {

// A value. Both parts come from the client and prove nothing.
struct ClientHello {
  std::string server_name;             // SNI in lower case; empty: none was sent, or it is not a host name
  std::vector<std::string> protocols;  // ALPN, in the client's order of preference
};

// A hello larger than one full record is no browser's and no library's: 16 KiB, record headers included.
inline constexpr size_t kClientHelloBytesMax = 16 * 1024;
// Protocols kept of one hello; no client has so many to offer.
inline constexpr size_t kClientHelloProtocolsMax = 16;

// Reads the hello from the first bytes of a connection; it may be spread over several records. Nothing: more bytes are
// needed. Fails with `malformed`, or `too_large` past the limit. Later bytes never change an answer.
Result<std::optional<ClientHello>> read_client_hello(std::string_view bytes);

}  // namespace weft::proxy
