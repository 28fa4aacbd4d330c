// HashTable: consistent hashing: which endpoint a hash belongs to, so that the same key meets the same endpoint and few
// keys move when endpoints come or go. Placed by the endpoints' addresses, so every proxy places alike, whatever order
// it learned the endpoints in.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace weft::proxy {

// An endpoint to be placed. `key` tells it apart: its address.
struct HashTableEntry {
  uint32_t position = 0;  // in the endpoint set
  std::string key;
  double weight = 0;  // its part of all; they add up to 1
};

// Immutable; made on the configuration thread and shared by all shards.
class HashTable {
 public:
  virtual ~HashTable() = default;
  // The position of the endpoint; `attempt` above 0 leads to others, for those that turned out to be of no use.
  virtual uint32_t find(uint64_t hash, uint32_t attempt) const = 0;
};

using HashTablePtr = std::shared_ptr<const HashTable>;

// Ketama's ring: each endpoint has places by its weight, a hash belongs to the next place. `entries` is not empty.
HashTablePtr make_hash_ring(std::span<const HashTableEntry> entries, uint64_t places_min, uint64_t places_max);

// Maglev's table: endpoints take turns in filling it, each in an order of its own. `size` is a prime.
HashTablePtr make_maglev_table(std::span<const HashTableEntry> entries, uint32_t size);

}  // namespace weft::proxy
