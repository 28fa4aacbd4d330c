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

// What serving a client's connection keeps of it while it rests and nothing is under way.
struct ConnectionHistory {
  Time opened;
  Time rests_until = runtime::kNever;  // then it has been idle for too long
  uint32_t served = 0;                 // requests
  bool is_ending = false;              // the time to drain is over: it ends, unless a request has just come
};

enum class Afterwards : uint8_t { over, rests };

// Serves HTTP/1.1, or HTTP/2 where the client begins with its preface. A connection that has been idle for a moment
// `rests`: call again when something is there to be read. What is referred to outlives the task.
runtime::Task<Afterwards> serve_http_connection(HttpService service, net::Stream& stream, ChainFollower follower,
                                                ClientFacts client, ConnectionHistory& history);

}  // namespace weft::proxy
