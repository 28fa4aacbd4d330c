// The PROXY protocol, versions 1 and 2 (HAProxy's "The PROXY protocol", 2.1 and 2.2): a load balancer in front says
// whose connection it passes on. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "decide/address.h"

namespace weft::proxy {

// What a connection begins with. A value.
struct ProxyHeader {
  // The connection's that the load balancer took.
  struct Addresses {
    decide::SocketAddress source;
    decide::SocketAddress destination;
  };

  uint8_t version = 0;  // 0: no header; `size` is 0 then
  size_t size = 0;      // what of the bytes it takes
  // Nothing: the connection stands for itself (LOCAL, a health check of the load balancer), or for one that has no IP
  // addresses (UNKNOWN, UNSPEC, UNIX). The connection's own addresses hold then.
  std::optional<Addresses> addresses;
};

// How long a header may be: version 1 as it says itself, version 2 with room for the certificates that some senders
// add.
inline constexpr size_t kProxyHeaderBytesMax = 16 * 1024;

// Nothing while more bytes are needed. Fails with `malformed` or `too_large` for a header that is broken, and for bytes
// that begin like one and are none. TLVs (2.2.7) are checked, a checksum among them too, and passed over.
Result<std::optional<ProxyHeader>> read_proxy_header(std::string_view bytes);

}  // namespace weft::proxy
