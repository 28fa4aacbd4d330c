// ExchangePool: exchanges that wait to be used again. An exchange holds the buffers of two heads; connections that
// carry many requests at once, and idle ones, keep none of their own. The same holds for the memory of HTTP/2 streams
// and for the buffers of HTTP/1.1 connections.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "http/h1/server_connection.h"
#include "http/h2/stream_memory.h"
#include "proxy/policy/exchange.h"

namespace weft::proxy {

// One shard's; outlives what was taken from it. In steady state taking and giving back allocates nothing.
class ExchangePool {
 public:
  explicit ExchangePool(Shard& shard) : shard_(&shard) {}

  // One exchange on loan; goes back by destruction, and lets go of all that it refers to.
  class Loan {
   public:
    Loan(ExchangePool& pool, std::unique_ptr<Exchange> exchange) : pool_(&pool), exchange_(std::move(exchange)) {}
    Loan(Loan&&) noexcept = default;
    Loan& operator=(Loan&&) = delete;
    ~Loan() {
      if (exchange_) pool_->give_back(std::move(exchange_));
    }
    Exchange& operator*() const { return *exchange_; }
    Exchange* operator->() const { return exchange_.get(); }

   private:
    ExchangePool* pool_;
    std::unique_ptr<Exchange> exchange_;
  };

  // For one request of this client.
  Loan take(const ClientFacts& client) {
    if (idle_.empty()) return make(client);
    std::unique_ptr<Exchange> exchange = std::move(idle_.back());
    idle_.pop_back();
    exchange->client = client;
    return {*this, std::move(exchange)};
  }
  http::h2::StreamMemoryPool& stream_memory() { return stream_memory_; }
  // For when memory is short.
  void drop_spares() {
    idle_.clear();
    idle_buffers_.clear();
    stream_memory_.drop_spares();
  }

  // Buffers for an HTTP/1.1 connection that begins to work; it makes its own where none are left.
  void lend_buffers(http::h1::ServerConnection& connection) {
    if (idle_buffers_.empty()) return;
    connection.swap_buffers(idle_buffers_.back());
    idle_buffers_.pop_back();
  }
  // From one that has nothing to do.
  void take_buffers(http::h1::ServerConnection& connection) {
    http::h1::Buffers buffers;
    connection.swap_buffers(buffers);
    if (idle_buffers_.size() < kIdleMax) idle_buffers_.push_back(std::move(buffers));
  }

 private:
  static constexpr size_t kIdleMax = 256;              // as many requests as one shard usually has under way
  static constexpr size_t kExchangeBytes = 24 * 1024;  // with its coroutines, its heads and a buffer on each side

  // None is spare: where memory is short there are enough under way.
  Loan make(const ClientFacts& client) {
    auto exchange = std::make_unique<Exchange>(*shard_, client);
    MemoryGuard* const memory = shard_->memory;
    exchange->is_one_too_many = memory != nullptr && !memory->allows(kExchangeBytes) && memory->is_short();
    return {*this, std::move(exchange)};
  }
  void give_back(std::unique_ptr<Exchange> exchange) {
    if (idle_.size() >= kIdleMax || exchange->is_one_too_many) return;
    exchange->let_go();
    idle_.push_back(std::move(exchange));
  }

  Shard* shard_;
  std::vector<std::unique_ptr<Exchange>> idle_;
  http::h2::StreamMemoryPool stream_memory_;
  std::vector<http::h1::Buffers> idle_buffers_;
};

}  // namespace weft::proxy
