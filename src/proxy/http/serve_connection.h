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

// What is kept of a client's connection while it rests: nothing is under way, and nothing else of it takes memory.
struct ConnectionHistory {
  Time opened;
  uint32_t served = 0;                 // requests
  Time rests_until = runtime::kNever;  // then it has been idle for too long
  bool is_ending = false;              // the time to drain is over: it ends, unless a request has just come
};

enum class Afterwards : uint8_t { over, rests };

// Serves HTTP/1.1, or HTTP/2 where the client begins with its preface. A connection that has been idle for a moment
// `rests`: call again when something is there to be read (Rest). What is referred to outlives the task.
runtime::Task<Afterwards> serve_http_connection(HttpService service, net::Stream& stream, ChainFollower follower,
                                                ClientFacts client, ConnectionHistory& history);

// Makes a resting connection part of its shard's drain, while `co_await stream.readable(history.rests_until)` waits.
class Rest final : public Drainable {
 public:
  Rest(Shard& shard, net::Stream& stream, ConnectionHistory& history) : stream_(&stream), history_(&history) {
    shard.connections.push_back(*this);
  }
  void drain() override {}  // a request may be on its way
  void end_idle() override {
    history_->is_ending = true;
    stream_->readiness().mark_readable();
  }

 private:
  net::Stream* stream_;
  ConnectionHistory* history_;
};

}  // namespace weft::proxy
