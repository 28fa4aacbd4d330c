#include "proxy/overload/pressure.h"

#include <array>

namespace weft::proxy {
namespace {

// In percent of the limit, by the step. Those at which Envoy's own examples act.
constexpr std::array<uint64_t, 4> kThresholds = {0, 90, 95, 98};
constexpr uint64_t kHysteresis = 2;

}  // namespace

uint64_t begins_at(Pressure step, uint64_t limit) {
  return limit / 100 * kThresholds[static_cast<uint8_t>(step)];
}

Pressure pressure_at(uint64_t used, uint64_t limit, Pressure before) {
  for (auto step = static_cast<uint8_t>(Pressure::closed); step > 0; --step) {
    const bool was_reached = step <= static_cast<uint8_t>(before);
    const uint64_t begin = begins_at(static_cast<Pressure>(step), limit);
    if (used >= begin - (was_reached ? limit / 100 * kHysteresis : 0)) return static_cast<Pressure>(step);
  }
  return Pressure::none;
}

}  // namespace weft::proxy
