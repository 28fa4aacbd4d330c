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

  bool was_tried(const Endpoint* endpoint) const {
    return std::ranges::any_of(tried, [&](const EndpointRef& one) { return one.get() == endpoint; });
  }
};

}  // namespace weft::proxy
