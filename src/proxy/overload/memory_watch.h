// MemoryWatch: how much more unfinished requests may take until somebody looks at the process's memory again. Looking
// each so many milliseconds is not enough: two thousand clients fill 128 MiB with unfinished heads in 40 ms.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "base/clock.h"
#include "base/memory_guard.h"
#include "proxy/overload/memory_budget.h"

namespace weft::proxy {

// Of the whole process; any thread. Without a limit everything is allowed.
class MemoryWatch final : public MemoryGuard {
 public:
  // `clock` outlives it.
  MemoryWatch(MemoryBudget budget, const Clock& clock) : budget_(std::move(budget)), clock_(&clock) {}

  const MemoryBudget& budget() const { return budget_; }

  // Reads how much memory is in use, and what may follow.
  uint64_t look();

  // False from 90 % of the limit on (Pressure::shrinking). Costs a few nanoseconds, and a look for each quarter of what
  // is left; without room one a millisecond, however many ask.
  bool allows(size_t bytes) override;
  bool is_short() const override;
  // How often it was not allowed.
  uint64_t refusals() const { return refusals_.load(std::memory_order_relaxed); }

 private:
  const MemoryBudget budget_;
  const Clock* clock_;
  std::atomic<uint64_t> used_ = 0;  // at the last look
  std::atomic<int64_t> left_ = 0;   // bytes that may be taken before the next one
  std::atomic<Time> next_look_ = Time::min();
  std::atomic<uint64_t> refusals_ = 0;
};

// How much may be taken until the next look with so much in use: so little that many threads that do so at once stay
// below 90 % of the limit. Pure.
uint64_t room_until_next_look(uint64_t used, uint64_t limit);

}  // namespace weft::proxy
