// Pressure: how near the process is to the memory it may have, in the steps at which it begins to do without. Pure.
#pragma once

#include <cstdint>

namespace weft::proxy {

// Each includes what the ones before it do (Envoy's overload actions, which docs/reference/weft-proxy.md compares).
enum class Pressure : uint8_t {
  none,
  shrinking,  // from 90 %: spare memory and idle connections go (shrink_heap)
  shedding,   // from 95 %: requests are refused, connections say goodbye (stop_accepting_requests,
              // disable_http_keepalive)
  closed,     // from 98 %: no connection is accepted, the slowest readers go (stop_accepting_connections,
              // reset_high_memory_stream)
};

// The memory in use at which a step begins. Pure.
uint64_t begins_at(Pressure step, uint64_t limit);

// What follows from so much memory in use, with a limit above 0. A step that was reached is left two points below the
// usage that led to it, so that nothing flaps.
Pressure pressure_at(uint64_t used, uint64_t limit, Pressure before);

}  // namespace weft::proxy
