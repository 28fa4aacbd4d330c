#include "proxy/http/serve_connection.h"

#include "proxy/http/serve_http1.h"
#include "proxy/http/serve_http2.h"

namespace weft::proxy {

runtime::Task<Afterwards> serve_http_connection(HttpService service, net::Stream& stream, ChainFollower follower,
                                                ClientFacts client, ConnectionHistory& history) {
  const http::h1::ServerOptions options = http1_options(follower.chain());
  http::h1::ServerConnection connection(service.shard.reactor, stream, options);
  if (history.served > 0) connection.resume();
  const Afterwards afterwards = co_await serve_http1(service, connection, follower, client, history);
  if (connection.wants_http2()) co_await serve_http2(service, stream, *connection.raw().early, follower, client);
  co_return afterwards;
}

}  // namespace weft::proxy
