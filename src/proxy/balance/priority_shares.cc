#include "proxy/balance/priority_shares.h"

#include <algorithm>

namespace weft::proxy {
namespace {

constexpr uint32_t kAll = 100;

uint32_t availability_of(const PriorityHealth& priority, uint32_t overprovisioning_percent) {
  if (priority.endpoints == 0) return 0;
  const uint64_t percent = uint64_t{overprovisioning_percent} * priority.healthy / priority.endpoints;
  return static_cast<uint32_t>(std::min<uint64_t>(kAll, percent));
}

bool is_below(const PriorityHealth& priority, uint32_t panic_percent) {
  return uint64_t{priority.healthy} * kAll < uint64_t{panic_percent} * priority.endpoints ||
         (priority.endpoints == 0 && panic_percent > 0);
}

// Gives out `weights` of `sum` as whole percentages, the first with any taking what rounding leaves over.
template <class WeightOf>
void give_out(std::vector<PriorityShare>& shares, uint64_t sum, WeightOf weight_of) {
  uint32_t left = kAll;
  PriorityShare* first = nullptr;
  for (size_t at = 0; at < shares.size(); ++at) {
    const uint64_t weight = weight_of(at);
    if (weight > 0 && first == nullptr) first = &shares[at];
    shares[at].percent = static_cast<uint32_t>(std::min<uint64_t>(left, weight * kAll / sum));
    left -= shares[at].percent;
  }
  if (first != nullptr) first->percent += left;
}

}  // namespace

std::vector<PriorityShare> share_among(std::span<const PriorityHealth> priorities, const ShareRules& rules) {
  std::vector<PriorityShare> shares(priorities.size());
  if (shares.empty()) return shares;
  uint32_t available = 0;
  uint64_t endpoints = 0;
  for (size_t at = 0; at < shares.size(); ++at) {
    shares[at].availability = availability_of(priorities[at], rules.overprovisioning_percent);
    available += shares[at].availability;
    endpoints += priorities[at].endpoints;
  }
  available = std::min(available, kAll);
  // As long as the priorities can take everything together, none panics, however ill one of them is.
  bool all_panic = available < kAll;
  for (size_t at = 0; at < shares.size(); ++at) {
    shares[at].is_panicking = available < kAll && is_below(priorities[at], rules.panic_percent);
    all_panic = all_panic && shares[at].is_panicking;
  }
  if (all_panic && endpoints > 0) {
    give_out(shares, endpoints, [&](size_t at) { return priorities[at].endpoints; });
  } else if (available > 0) {
    give_out(shares, available, [&](size_t at) { return shares[at].availability; });
  } else {
    shares.front().percent = kAll;  // nobody will be found there
  }
  return shares;
}

}  // namespace weft::proxy
