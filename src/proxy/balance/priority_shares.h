// How much of a cluster's traffic each priority gets by the health of its endpoints. Envoy's rules: a priority serves
// alone as long as enough of it is healthy (overprovisioning), then spills over to the next; when the healthy ones
// would be run over, health is disregarded (panic). Pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace weft::proxy {

// One priority's endpoints.
struct PriorityHealth {
  uint32_t endpoints = 0;
  uint32_t healthy = 0;
};

// What follows for it.
struct PriorityShare {
  uint32_t availability = 0;  // how much of all traffic it could take, in percent
  uint32_t percent = 0;       // how much it gets; they add up to 100
  bool is_panicking = false;  // all of its endpoints serve, healthy or not
};

// Percentages of `overprovisioning` above 100 say how much more a healthy endpoint can take; a `panic` of 0 is off.
struct ShareRules {
  uint32_t overprovisioning_percent = 140;
  uint32_t panic_percent = 50;
};

// In the order of the priorities; empty for none.
std::vector<PriorityShare> share_among(std::span<const PriorityHealth> priorities, const ShareRules& rules);

}  // namespace weft::proxy
