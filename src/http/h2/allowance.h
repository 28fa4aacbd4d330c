// Allowance: how often a peer may do something that costs us work: so many times at once, and a rate for ever.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "base/clock.h"

namespace weft::http::h2 {

// A token bucket. A value; time is passed in.
class Allowance {
 public:
  // Full at first.
  Allowance(uint32_t burst, uint32_t per_second) : burst_(burst), per_second_(per_second), left_(burst) {}

  // Whether it may be done once more; `worth`: what does as much harm as so many of the ordinary ones.
  bool take(Time now, uint32_t worth = 1) {
    refill(now);
    if (left_ < worth) return false;
    left_ -= worth;
    return true;
  }

  // What else fills it.
  void add(uint32_t more) { left_ = std::min<double>(burst_, left_ + more); }

 private:
  void refill(Time now) {
    const double seconds = std::chrono::duration<double>(now - filled_at_).count();
    if (seconds > 0 && filled_at_ != Time{}) left_ = std::min<double>(burst_, left_ + seconds * per_second_);
    filled_at_ = now;
  }

  uint32_t burst_;
  uint32_t per_second_;
  double left_;
  Time filled_at_;
};

}  // namespace weft::http::h2
