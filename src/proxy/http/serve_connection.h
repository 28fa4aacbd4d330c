// A client's HTTP connection: one request after another until one of the two sides has had enough.
#pragma once

#include "net/stream.h"
#include "proxy/http/chain_follower.h"
#include "proxy/policy/policy.h"
#include "proxy/policy/record_sink.h"

namespace weft::proxy {

// What serving a connection needs besides its stream. References outlive the connection.
struct HttpService {
  Shard& shard;
  Stack stack;
  RecordSink& sink;
};

// `stream` outlives the task.
runtime::Task<void> serve_http_connection(HttpService service, net::Stream& stream, ChainFollower follower,
                                          ClientFacts client);

}  // namespace weft::proxy
