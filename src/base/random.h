// Randomness is passed in, never global. The proxy's shards each own a fast generator; tests seed it.
#pragma once

#include <cstdint>

namespace weft {

// xoshiro256** (Blackman and Vigna, public domain algorithm): fast and well spread, for load balancing and jitter. Not
// for secrets: those come from the TLS library. One thread.
class Random {
 public:
  explicit Random(uint64_t seed) {
    for (auto& word : state_) word = split_mix(seed);
  }

  uint64_t next();

  // A number in [0, bound), without modulo bias worth speaking of (Lemire's multiply-shift). bound > 0.
  uint64_t below(uint64_t bound) {
    return static_cast<uint64_t>((static_cast<unsigned __int128>(next()) * bound) >> 64);
  }

 private:
  static uint64_t split_mix(uint64_t& seed);
  uint64_t state_[4];
};

// A seed from the kernel, for the one generator that bin/ makes per shard.
uint64_t seed_from_kernel();

}  // namespace weft
