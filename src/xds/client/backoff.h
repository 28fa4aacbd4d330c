// Backoff: how long to pause before trying again. Grows with every failure, spread by jitter so that a mesh of proxies
// does not come back all at once.
#pragma once

#include <algorithm>

#include "base/clock.h"
#include "base/random.h"

namespace weft::xds {

// A value of one retry loop.
class Backoff {
 public:
  Backoff(Duration first, Duration longest) : first_(first), longest_(longest), next_(first) {}

  // Between half of the present pause and all of it.
  Duration next(Random& random) {
    const Duration pause = next_;
    next_ = std::min(next_ * 2, longest_);
    const auto half = pause / 2;
    return half + Duration(static_cast<int64_t>(random.below(static_cast<uint64_t>(half.count()) + 1)));
  }
  void reset() { next_ = first_; }

 private:
  Duration first_;
  Duration longest_;
  Duration next_;
};

}  // namespace weft::xds
