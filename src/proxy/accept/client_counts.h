// ClientCounts: how many clients' connections each shard serves. Shards accept from the same sockets, so by this each
// of them knows where a new connection belongs and when the process has enough of them.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

namespace weft::proxy {

// Shared by all shards, from any thread: numbers that are a moment old do no harm. Touched when a connection comes and
// goes, never by requests.
class ClientCounts {
 public:
  ClientCounts(uint32_t shards, uint32_t clients_max)
      : shards_(shards), clients_max_(clients_max), counts_(std::make_unique<Count[]>(shards)) {}

  // A connection among its shard's; destruction takes it off again.
  class Place {
   public:
    Place() = default;
    Place(ClientCounts& counts, uint32_t shard) : counts_(&counts), shard_(shard) { counts.add(shard, 1); }
    Place(Place&& other) noexcept : counts_(std::exchange(other.counts_, nullptr)), shard_(other.shard_) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (counts_ != nullptr) counts_->add(shard_, -1);
    }
    uint32_t shard() const { return shard_; }

   private:
    ClientCounts* counts_ = nullptr;
    uint32_t shard_ = 0;
  };

  // Where a connection that `own` has accepted is to be served: there, unless another shard has clearly fewer. A
  // hand-over costs a few microseconds, so short connections that come in crowds are not worth it.
  Place place(uint32_t own) {
    const uint32_t least = emptiest();
    const bool is_uneven = count(own) > count(least) + count(least) / 8;
    return {*this, is_uneven ? least : own};
  }
  bool has_room() const { return total() < clients_max_; }

  uint32_t count(uint32_t shard) const { return counts_[shard].open.load(std::memory_order_relaxed); }
  uint32_t total() const {
    uint32_t sum = 0;
    for (uint32_t shard = 0; shard < shards_; ++shard) sum += count(shard);
    return sum;
  }
  uint32_t clients_max() const { return clients_max_; }

 private:
  // Alone on its cache line: it is written by its own shard nearly always.
  struct alignas(64) Count {
    std::atomic<uint32_t> open = 0;
  };

  void add(uint32_t shard, int32_t by) {
    counts_[shard].open.fetch_add(static_cast<uint32_t>(by), std::memory_order_relaxed);
  }
  uint32_t emptiest() const {
    uint32_t least = 0;
    for (uint32_t shard = 1; shard < shards_; ++shard) {
      if (count(shard) < count(least)) least = shard;
    }
    return least;
  }

  uint32_t shards_;
  uint32_t clients_max_;
  std::unique_ptr<Count[]> counts_;
};

}  // namespace weft::proxy
