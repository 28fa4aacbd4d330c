// Picker: which endpoint gets the next request: round robin, least request (the less busy of a few drawn at random) or
// random, all by weight. Pure but for its position in the round and the randomness it is given.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"
#include "decide/cluster.h"
#include "proxy/balance/endpoint.h"

namespace weft::proxy {

// Held by a cluster's state; keeps its place in the round while endpoints come and go. One shard.
class Picker {
 public:
  // Takes over the endpoints that may be used now. The span must stay until the next call.
  void use(std::span<const EndpointRef> endpoints);

  bool is_empty() const { return endpoints_.empty(); }

  // One of the endpoints; there must be some.
  Endpoint* pick(const decide::Cluster& cluster, Random& random);

 private:
  Endpoint* next_in_round();
  Endpoint* draw(Random& random) const;
  Endpoint* least_busy(uint32_t choices, Random& random) const;

  std::span<const EndpointRef> endpoints_;
  std::vector<uint64_t> weights_up_to_;  // running sums; empty if all weights are equal
  std::vector<int64_t> credits_;         // of the weighted round
  size_t position_ = 0;
};

}  // namespace weft::proxy
