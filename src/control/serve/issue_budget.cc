#include "control/serve/issue_budget.h"

#include <algorithm>

namespace weft::control {
namespace {

// The shortest lifetime there is, ten seconds, is renewed every five; a proxy that starts again and again asks each
// time.
constexpr Duration kIssueInterval = std::chrono::seconds(2);
constexpr int kIssueBurst = 60;

}  // namespace

bool IssueBudget::take(const std::string& pod_uid) {
  const Time now = clock_->now();
  forget_rested();
  Time& whole_at = whole_at_[pod_uid];
  const Time next = std::max(whole_at, now) + kIssueInterval;
  if (next - now > kIssueBurst * kIssueInterval) return false;
  whole_at = next;
  return true;
}

void IssueBudget::forget_rested() {
  if (whole_at_.size() < forget_at_) return;
  std::erase_if(whole_at_, [now = clock_->now()](const auto& entry) { return entry.second <= now; });
  forget_at_ = std::max<size_t>(1024, 2 * whole_at_.size());
}

}  // namespace weft::control
