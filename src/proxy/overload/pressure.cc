#include "proxy/overload/pressure.h"

#include <array>

namespace weft::proxy {
namespace {

// In percent of the limit, by the step. Those at which Envoy's own examples act.
constexpr std::array<uint64_t, 4> kThresholds = {0, 90, 95, 98};
constexpr uint64_t kHysteresis = 2;

}  // namespace

Pressure pressure_at(uint64_t used, uint64_t limit, Pressure before) {
  for (auto step = static_cast<uint8_t>(Pressure::closed); step > 0; --step) {
    const bool was_reached = step <= static_cast<uint8_t>(before);
    const uint64_t percent = kThresholds[step] - (was_reached ? kHysteresis : 0);
    if (used >= limit / 100 * percent) return static_cast<Pressure>(step);
  }
  return Pressure::none;
}

}  // namespace weft::proxy
