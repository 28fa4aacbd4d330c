// A client's HTTP connection: one request after another, or many at once, until one of the two sides has had enough.
#pragma once

#include "net/stream.h"
#include "proxy/http/chain_follower.h"
#include "proxy/http/exchange_pool.h"
#include "proxy/policy/policy.h"
#include "proxy/policy/record_sink.h"

namespace weft::proxy {

// What serving a connection needs besides its stream: the shard's own things, and the policies of the connection's
// direction. References outlive the connection.
struct HttpService {
  Shard& shard;
  RecordSink& sink;
  ExchangePool& exchanges;
  Stack stack{};
};

// Serves HTTP/1.1, or HTTP/2 where the client begins with its preface. `stream` outlives the task.
runtime::Task<void> serve_http_connection(HttpService service, net::Stream& stream, ChainFollower follower,
                                          ClientFacts client);

}  // namespace weft::proxy
