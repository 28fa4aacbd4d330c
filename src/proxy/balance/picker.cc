#include "proxy/balance/picker.h"

#include <algorithm>

namespace weft::proxy {

void Picker::use(std::span<const EndpointRef> endpoints) {
  endpoints_ = endpoints;
  weights_up_to_.clear();
  credits_.clear();
  const auto differs = [&](const EndpointRef& endpoint) { return endpoint->weight != endpoints.front()->weight; };
  if (std::ranges::none_of(endpoints, differs)) return;
  uint64_t sum = 0;
  for (const auto& endpoint : endpoints) weights_up_to_.push_back(sum += endpoint->weight);
  credits_.resize(endpoints.size());
}

Endpoint* Picker::pick(const decide::Cluster& cluster, Random& random) {
  WEFT_ASSERT(!endpoints_.empty());
  if (endpoints_.size() == 1) return endpoints_.front().get();
  switch (cluster.balancing) {
    case decide::Balancing::least_request:
      return least_busy(cluster.choices, random);
    case decide::Balancing::random:
      return draw(random);
    default:
      return next_in_round();
  }
}

// With weights: everyone earns its weight each turn and the richest pays the sum, which spreads the turns evenly.
Endpoint* Picker::next_in_round() {
  if (weights_up_to_.empty()) return endpoints_[position_++ % endpoints_.size()].get();
  size_t richest = 0;
  for (size_t at = 0; at < credits_.size(); ++at) {
    credits_[at] += endpoints_[at]->weight;
    if (credits_[at] > credits_[richest]) richest = at;
  }
  credits_[richest] -= static_cast<int64_t>(weights_up_to_.back());
  return endpoints_[richest].get();
}

Endpoint* Picker::draw(Random& random) const {
  if (weights_up_to_.empty()) return endpoints_[random.below(endpoints_.size())].get();
  const uint64_t drawn = random.below(weights_up_to_.back());
  const auto found = std::ranges::upper_bound(weights_up_to_, drawn);
  return endpoints_[static_cast<size_t>(found - weights_up_to_.begin())].get();
}

// Drawn by weight and compared by load per weight; among equals the first drawn, so that idle endpoints share by
// weight.
Endpoint* Picker::least_busy(uint32_t choices, Random& random) const {
  Endpoint* best = draw(random);
  for (uint32_t drawn = 1; drawn < choices; ++drawn) {
    Endpoint* other = draw(random);
    const uint64_t other_load = uint64_t{other->active_requests} * best->weight;
    if (other_load < uint64_t{best->active_requests} * other->weight) best = other;
  }
  return best;
}

}  // namespace weft::proxy
