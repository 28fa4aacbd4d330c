// Turns: who is next, each as often as its weight says and spread as evenly as can be: earliest deadline first. Taking
// a turn costs O(log n), O(1) among equals, and allocates nothing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"

namespace weft::proxy {

// One shard's. Begins at a random place, so that shards and proxies do not all begin with the same endpoint.
class Turns {
 public:
  // Starts anew for `count` members that are equal.
  void begin_equal(size_t count, Random& random);
  // For members with these weights, or whose weights will differ. Each is above 0.
  void begin(std::span<const double> weights, Random& random);

  // The member whose turn it is. `weight_of(member)` is what it weighs now, above 0: weights may change from turn to
  // turn.
  template <class WeightOf>
  size_t next(WeightOf weight_of) {
    if (line_.empty()) return count_ == 1 ? 0 : position_++ % count_;
    std::ranges::pop_heap(line_, std::ranges::greater(), &Turn::deadline);
    Turn& turn = line_.back();
    const size_t member = turn.member;
    turn.deadline += 1 / weight_of(member);
    std::ranges::push_heap(line_, std::ranges::greater(), &Turn::deadline);
    return member;
  }

 private:
  // When a member is due next, in turns of a weight of 1.
  struct Turn {
    double deadline;
    size_t member;
  };
  size_t count_ = 0;
  uint64_t position_ = 0;
  std::vector<Turn> line_;  // a heap, the earliest deadline first; empty where all are equal
};

}  // namespace weft::proxy
