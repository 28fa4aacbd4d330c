// HTTP/1.1 to a client: one request after another.
#pragma once

#include "http/h1/server_connection.h"
#include "proxy/http/serve_connection.h"

namespace weft::proxy {

// The codec's options by the listener's chain.
http::h1::ServerOptions http1_options(const decide::HttpChain& chain, const HttpService& service);

// Serves until the connection is over, has been idle for a moment, or its first bytes turn out to be HTTP/2's
// (connection.wants_http2()).
runtime::Task<Afterwards> serve_http1(HttpService service, http::h1::ServerConnection& connection,
                                      ChainFollower& follower, const ClientFacts& client, ConnectionHistory& history);

}  // namespace weft::proxy
