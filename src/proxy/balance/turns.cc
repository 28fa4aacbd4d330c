#include "proxy/balance/turns.h"

namespace weft::proxy {

void Turns::begin_equal(size_t count, Random& random) {
  count_ = count;
  position_ = count == 0 ? 0 : random.below(count);
  line_.clear();
}

void Turns::begin(std::span<const double> weights, Random& random) {
  constexpr uint64_t kSteps = 1 << 20;
  line_.clear();
  for (const double weight : weights) {
    const double waited = static_cast<double>(random.below(kSteps)) / kSteps;  // of its first interval
    line_.push_back({(1 - waited) / weight, line_.size()});
  }
  std::ranges::make_heap(line_, std::ranges::greater(), &Turn::deadline);
}

}  // namespace weft::proxy
