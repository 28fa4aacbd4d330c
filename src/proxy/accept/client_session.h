// What becomes of one accepted connection: where was it going, what does it speak, which filter chain takes it.
#pragma once

#include "net/socket_stream.h"
#include "proxy/http/serve_connection.h"

namespace weft::proxy {

// Serves the connection until it ends. `accepted_at` is the address of the listening socket; the service's stack is
// still to be chosen. Both outlive the task, which keeps no copies: connections that rest are many.
runtime::Task<void> serve_client(const HttpService& service, const decide::SocketAddress& accepted_at, net::Fd socket);

}  // namespace weft::proxy
