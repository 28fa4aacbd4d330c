// Takes a PROXY header off a connection, byte for byte: what follows is the client's.
#pragma once

#include "net/stream.h"
#include "proxy/detect/proxy_header.h"
#include "runtime/task.h"

namespace weft::proxy {

// `version` 0: there was none. Fails as read_proxy_header() does, with `timed_out` at the deadline, with `closed` when
// the client left before its end. The stream must be a socket.
runtime::Task<Result<ProxyHeader>> take_proxy_header(net::Stream& client, Time deadline);

}  // namespace weft::proxy
