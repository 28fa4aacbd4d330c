#include "proxy/http/serve_connection.h"

#include "proxy/http/serve_http1.h"
#include "proxy/http/serve_http2.h"

namespace weft::proxy {

runtime::Task<Afterwards> serve_http_connection(HttpService service, net::Stream& stream, ChainFollower follower,
                                                ClientFacts client, ConnectionHistory& history) {
  // Nothing else is taken there: a preface that is none is answered as HTTP/2 wants it (RFC 9113 3.4).
  if (!follower.chain().accepts_http1) {
    ByteBuffer none;
    co_await serve_http2(service, stream, none, follower, client);
    co_return Afterwards::over;
  }
  const http::h1::ServerOptions options = http1_options(follower.chain(), service);
  http::h1::ServerConnection connection(service.shard.reactor, stream, options);
  if (history.served > 0) connection.resume();
  const Afterwards afterwards = co_await serve_http1(service, connection, follower, client, history);
  if (connection.wants_http2()) co_await serve_http2(service, stream, *connection.raw().early, follower, client);
  co_return afterwards;
}

}  // namespace weft::proxy
