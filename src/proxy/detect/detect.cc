#include "proxy/detect/detect.h"

#include <string>

#include <sys/socket.h>

namespace weft::proxy {

runtime::Task<Protocol> detect(net::Stream& client, Time deadline) {
  std::string bytes(1024, '\0');  // enough for nearly every request line
  for (;;) {
    if (co_await client.readable(deadline) != runtime::Wait::ready) co_return Protocol::undecided;
    const ssize_t size = recv(client.fd(), bytes.data(), bytes.size(), MSG_PEEK | MSG_DONTWAIT);
    const std::string_view seen(bytes.data(), size > 0 ? static_cast<size_t>(size) : 0);
    const Protocol protocol = detect_protocol(seen);
    if (protocol != Protocol::undecided) co_return protocol;
    if (size == 0 || client.readiness().has_hung_up()) co_return Protocol::undecided;
    if (seen.size() == bytes.size()) {
      bytes.resize(bytes.size() * 2);  // bounded: a line over 8 KiB is not undecided
      continue;
    }
    // What was seen stays in the socket: wait for the edge that more bytes bring.
    client.readiness().clear_readable();
  }
}

}  // namespace weft::proxy
