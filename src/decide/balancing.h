// How a cluster shares its requests among its endpoints (lb_policy and its settings). Plain values; who acts on them is
// in proxy/balance.
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace weft::decide {

// How an endpoint is chosen. `peak_ewma` is Weft's own; `provided`: the discovery itself names the one address.
enum class Balancing : uint8_t { round_robin, least_request, random, ring_hash, maglev, peak_ewma, provided };

// Places of consistent hashing; Envoy's defaults. The ring may grow beyond its least size so that the endpoint with the
// smallest weight has a whole number of places.
struct HashTableSize {
  uint64_t ring_min = 1024;
  uint64_t ring_max = 8 * 1024 * 1024;
  uint32_t maglev = 65537;  // a prime
};

// The share of an endpoint that is new grows to its full weight over the window; only where turns are by weight
// (round_robin, least_request, peak_ewma).
struct SlowStart {
  Duration window{};
  double aggression = 1;  // the share is the (1/aggression)th power of the time that has passed
  double share_min = 0.1;

  // Of an endpoint that has been in service for so long: above 0, at most 1.
  double share_after(Duration in_service) const;
};

// Weft's balancing by latency. The defaults are linkerd's: its estimate forgets in 10 s, and an endpoint that nobody
// has asked yet is taken to answer in 30 ms.
struct PeakEwma {
  Duration decay = std::chrono::seconds(10);
  Duration latency_at_first = std::chrono::milliseconds(30);
};

}  // namespace weft::decide
