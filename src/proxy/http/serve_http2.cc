#include "proxy/http/serve_http2.h"

#include <utility>

#include "http/h2/server_connection.h"
#include "proxy/http/serve_request.h"
#include "runtime/gate.h"

namespace weft::proxy {
namespace {

// Clients and proxies in between have a round trip to hear of a drain before it is final.
constexpr Duration kDrainNotice = std::chrono::milliseconds(500);

http::h2::ServerOptions http2_options(const decide::HttpChain& chain, const HttpService& service) {
  http::h2::ServerOptions options;
  options.memory = &service.exchanges.stream_memory();
  options.guard = service.shard.memory;
  options.settings.head_bytes_max = chain.head_kib_max * 1024;
  options.settings.fields_max = chain.fields_max;
  options.settings.streams_max = chain.streams_max;
  options.settings.takes_connect_protocol = chain.accepts_extended_connect;
  options.idle_timeout = chain.idle_timeout > Duration::zero() ? chain.idle_timeout : std::chrono::hours(24 * 365);
  if (chain.stream_idle_timeout > Duration::zero()) options.io_timeout = chain.stream_idle_timeout;
  return options;
}

// Makes the connection part of its shard's drain: first the notice, then the end of new streams.
class Http2DrainEntry final : public Drainable, private runtime::Timer {
 public:
  Http2DrainEntry(Shard& shard, http::h2::ServerConnection& connection)
      : reactor_(&shard.reactor), connection_(&connection) {
    shard.connections.push_back(*this);
    if (shard.says_goodbye()) drain();
  }
  void drain() override {
    connection_->drain();
    reactor_->timers().arm(*this, reactor_->now() + kDrainNotice);
  }
  void end_idle() override { connection_->finish(); }

 private:
  void fire() override { connection_->finish(); }

  runtime::Reactor* reactor_;
  http::h2::ServerConnection* connection_;
};

// Gives a stream back whichever way its coroutine ends.
class Released {
 public:
  explicit Released(http::h2::ServerStream& stream) : stream_(&stream) {}
  Released(const Released&) = delete;
  Released& operator=(const Released&) = delete;
  ~Released() { stream_->release(); }

 private:
  http::h2::ServerStream* stream_;
};

// The requests of one connection. Lives in serve_http2()'s frame.
class Requests final : public http::h2::RequestHandler {
 public:
  Requests(const HttpService& service, ChainFollower& follower, const ClientFacts& client)
      : service_(service),
        follower_(&follower),
        client_(client),
        gate_(service.shard.reactor),
        opened_(service.shard.reactor.now()) {}

  void watch(http::h2::ServerConnection& connection) { connection_ = &connection; }
  void on_request(http::h2::ServerStream& stream) override {
    client_.multiplexes = connection_->client_multiplexes();
    runtime::spawn(gate_, serve(stream));
  }
  runtime::Task<bool> all_served() { return gate_.close(); }

 private:
  runtime::Task<void> serve(http::h2::ServerStream& stream);
  // A connection that is old or used up is told to end; HTTP/2 can do that beside its requests.
  void limit(const decide::HttpChain& chain);

  HttpService service_;
  ChainFollower* follower_;
  ClientFacts client_;
  runtime::Gate gate_;
  Time opened_;
  http::h2::ServerConnection* connection_ = nullptr;
  uint32_t served_ = 0;
};

runtime::Task<void> Requests::serve(http::h2::ServerStream& stream) {
  const Released released(stream);
  static const decide::HttpChain kNoRoutes;  // answers 404 on a listener that is gone
  const ExchangePool::Loan exchange = service_.exchanges.take(client_);
  exchange->request.swap(stream.head());
  const decide::HttpChain* present = follower_->follow();
  exchange->begin(present == nullptr ? kNoRoutes : *present);
  limit(*exchange->chain);
  co_await serve_request(stream, *exchange, service_.stack, service_.sink);
  if (gate_.inside() == 1) follower_->let_go();  // an idle connection keeps no configuration alive
}

void Requests::limit(const decide::HttpChain& chain) {
  const Duration age = service_.shard.reactor.now() - opened_;
  const bool is_old = chain.connection_age_max > Duration::zero() && age >= chain.connection_age_max;
  const bool is_used_up = chain.requests_per_connection_max != 0 && ++served_ >= chain.requests_per_connection_max;
  if (is_old || is_used_up) connection_->drain();
}

}  // namespace

runtime::Task<void> serve_http2(HttpService service, net::Stream& stream, ByteBuffer& early, ChainFollower& follower,
                                const ClientFacts& client) {
  const http::h2::ServerOptions options = http2_options(follower.chain(), service);
  Requests requests(service, follower, client);
  http::h2::ServerConnection connection(service.shard.reactor, stream, options, requests);
  requests.watch(connection);
  const Http2DrainEntry entry(service.shard, connection);
  (void)co_await connection.run(std::exchange(early, {}));
  co_await requests.all_served();
}

}  // namespace weft::proxy
