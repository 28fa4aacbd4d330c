// PickContext: what an endpoint is chosen by, beside what the cluster itself knows.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>

#include "base/clock.h"
#include "base/random.h"
#include "proxy/balance/endpoint.h"

namespace weft::proxy {

// One choice. Lives in the caller's frame.
struct PickContext {
  Random& random;
  Time now;
  std::optional<uint64_t> hash{};        // of what the route hashes; nothing: consistent hashing draws at random
  std::span<const EndpointRef> tried{};  // by earlier attempts: avoided while there are others
  uint32_t attempts_max = 1;             // how often to pick before one that was tried is good enough
  uint64_t left_priorities = 0;          // a bit for each that is left out while there is another (below 64)

  bool leaves(size_t priority) const { return priority < 64 && (left_priorities >> priority & 1) != 0; }
  bool was_tried(const Endpoint* endpoint) const {
    return std::ranges::any_of(tried, [&](const EndpointRef& one) { return one.get() == endpoint; });
  }
};

}  // namespace weft::proxy
