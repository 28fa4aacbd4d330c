#include "proxy/detect/take_proxy_header.h"

#include <sys/socket.h>

#include "proxy/detect/first_bytes.h"

namespace weft::proxy {
namespace {

// They are there: they have been looked at.
Result<> drop(net::Stream& client, size_t size) {
  std::string bytes(size, '\0');
  const ssize_t taken = recv(client.fd(), bytes.data(), size, MSG_DONTWAIT);
  if (taken != static_cast<ssize_t>(size))
    return fail(Reason::closed, "the client's first bytes are gone", Side::client);
  client.readiness().mark_readable();  // what follows may have come with the same edge
  return {};
}

}  // namespace

runtime::Task<Result<ProxyHeader>> take_proxy_header(net::Stream& client, Time deadline) {
  FirstBytes first(client);
  for (;;) {  // bounded: no header over 16 KiB is waited for
    WEFT_CO_TRY(const std::string_view seen, co_await first.more(deadline));
    WEFT_CO_TRY(const auto header, read_proxy_header(seen));
    if (header) {
      if (header->size > 0) WEFT_CO_CHECK(drop(client, header->size));
      co_return *header;
    }
    if (first.has_ended()) co_return fail(Reason::closed, "the client left within a PROXY header", Side::client);
  }
}

}  // namespace weft::proxy
