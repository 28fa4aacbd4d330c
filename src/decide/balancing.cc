#include "decide/balancing.h"

#include <algorithm>
#include <cmath>

namespace weft::decide {

double SlowStart::share_after(Duration in_service) const {
  constexpr double kLeast = 0.001;  // a share of nothing would be for ever
  const double passed = static_cast<double>(in_service.count()) / static_cast<double>(window.count());
  if (passed >= 1) return 1;
  const double grown = aggression == 1 ? passed : std::pow(std::max(passed, kLeast), 1 / aggression);
  return std::clamp(grown, std::max(share_min, kLeast), 1.0);
}

}  // namespace weft::decide
