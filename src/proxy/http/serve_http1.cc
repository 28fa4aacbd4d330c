#include "proxy/http/serve_http1.h"

#include <algorithm>
#include <optional>

#include "proxy/http/serve_request.h"
#include "proxy/http/turn_shares.h"

namespace weft::proxy {
namespace {

using http::h1::ServerConnection;

// How long a connection waits as it is before it rests. A busy one is not put to rest between its requests, which would
// cost some microseconds each; of those that have asked little so far very many may open at once.
Duration rests_after(const ConnectionHistory& history) {
  static constexpr uint32_t kBusyFrom = 8;  // requests
  return std::chrono::milliseconds(history.served < kBusyFrom ? 5 : 100);
}

// Makes the connection part of its shard's drain. It is not closed while its client may just be sending: the next
// response says that it is the last one, and who sends no request keeps the connection until the time to drain is over.
class DrainEntry final : public Drainable {
 public:
  DrainEntry(Shard& shard, ServerConnection& connection) : connection_(&connection) {
    shard.connections.push_back(*this);
    if (shard.says_goodbye()) drain();
  }
  void drain() override { connection_->announce_close(); }
  void end_idle() override { connection_->drain(); }

 private:
  ServerConnection* connection_;
};

// What a connection holds only from a request's first byte to its response's last: an exchange, and buffers.
class LentMemory {
 public:
  LentMemory(const HttpService& service, ServerConnection& connection, const ClientFacts& client)
      : pool_(&service.exchanges), connection_(&connection), client_(&client) {}

  void take() {
    if (exchange_) return (*exchange_)->let_go();
    exchange_.emplace(pool_->take(*client_));
    pool_->lend_buffers(*connection_);
  }
  void give_back() {
    if (!exchange_) return;
    exchange_.reset();
    pool_->take_buffers(*connection_);
  }
  Exchange& exchange() { return **exchange_; }

 private:
  ExchangePool* pool_;
  ServerConnection* connection_;
  const ClientFacts* client_;
  std::optional<ExchangePool::Loan> exchange_;
};

enum class Next : uint8_t { request, rest, end };

// When there is a request, its head is in the exchange. What cannot be read as one is answered here.
runtime::Task<Next> next_request(ServerConnection& connection, LentMemory& memory, ChainFollower& follower,
                                 runtime::Reactor& reactor, ConnectionHistory& history) {
  follower.let_go();  // an idle connection keeps no configuration alive
  if (connection.may_rest()) {
    memory.give_back();
    history.rests_until = connection.idle_deadline();
    const Time soon = reactor.now() + rests_after(history);
    const auto outcome = co_await connection.wait_idle(std::min(history.rests_until, soon));
    const bool may_rest = outcome == runtime::Wait::timed_out && reactor.now() < history.rests_until;
    if (outcome != runtime::Wait::ready) co_return may_rest ? Next::rest : Next::end;
  }
  memory.take();
  const auto next = co_await connection.next_request(memory.exchange().request);
  if (next) co_return *next ? Next::request : Next::end;
  if (connection.violation())
    co_await connection.refuse(connection.violation().status, http::reason_phrase(connection.violation().status));
  co_return Next::end;
}

}  // namespace

http::h1::ServerOptions http1_options(const decide::HttpChain& chain, const HttpService& service) {
  const auto or_never = [](Duration timeout) {
    return timeout > Duration::zero() ? timeout : std::chrono::hours(24 * 365);
  };
  http::h1::ServerOptions options;
  options.guard = service.shard.memory;
  options.limits.head_bytes_max = size_t{chain.head_kib_max} * 1024;
  options.limits.fields_max = chain.fields_max;
  if (chain.accepts_http2) options.http2 = http::h1::ServerOptions::Http2::noticed;
  if (chain.refuses_underscores) options.limits.underscores = http::h1::Underscores::refuse;
  if (chain.head_timeout > Duration::zero()) options.head_timeout = chain.head_timeout;
  options.idle_timeout = or_never(chain.idle_timeout);
  if (chain.stream_idle_timeout > Duration::zero()) options.io_timeout = chain.stream_idle_timeout;
  return options;
}

runtime::Task<Afterwards> serve_http1(HttpService service, ServerConnection& connection, ChainFollower& follower,
                                      const ClientFacts& client, ConnectionHistory& history) {
  Shard& shard = service.shard;
  const DrainEntry entry(shard, connection);
  if (history.is_ending) connection.drain();
  LentMemory memory(service, connection, client);
  runtime::TurnBudget budget(shard.reactor, kRequestsPerTurn);
  static const decide::HttpChain no_routes;  // answers 404 on a listener that is gone
  Next next;
  while ((next = co_await next_request(connection, memory, follower, shard.reactor, history)) == Next::request) {
    ++history.served;
    const decide::HttpChain* present = follower.follow();
    const decide::HttpChain& chain = present == nullptr ? no_routes : *present;
    const bool is_old =
        chain.connection_age_max > Duration::zero() && shard.reactor.now() - history.opened >= chain.connection_age_max;
    const bool is_used_up =
        chain.requests_per_connection_max != 0 && history.served >= chain.requests_per_connection_max;
    if (present == nullptr || is_old || is_used_up) connection.close_after_response();
    Exchange& exchange = memory.exchange();
    exchange.begin(chain);
    co_await serve_request(connection, exchange, service.stack, service.sink);
    if (!connection.keeps_alive()) break;
    if (budget.is_spent()) co_await runtime::NextTurn(shard.reactor);
  }
  if (next == Next::rest) co_return Afterwards::rests;
  if (!connection.wants_http2()) co_await connection.linger();
  co_return Afterwards::over;
}

}  // namespace weft::proxy
