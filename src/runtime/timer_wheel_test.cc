#include "runtime/timer_wheel.h"

#include <map>
#include <memory>

#include <gtest/gtest.h>

#include "base/random.h"

namespace weft::runtime {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;

// Notes when it fired.
class NotingTimer final : public Timer {
 public:
  explicit NotingTimer(const Time& now) : now_(&now) {}
  void fire() override { fired_at = *now_; }
  std::optional<Time> fired_at;

 private:
  const Time* now_;
};

TEST(TimerWheel, NeverFiresEarlyAndAtMostOneTickLate) {
  Time now{};
  TimerWheel wheel(now);
  NotingTimer timer(now);
  wheel.arm(timer, now + microseconds(1500));
  now += milliseconds(1);
  wheel.advance(now);
  EXPECT_FALSE(timer.fired_at);
  now += milliseconds(1);
  wheel.advance(now);
  EXPECT_EQ(timer.fired_at, Time{} + milliseconds(2));
}

TEST(TimerWheel, FiresEveryDeadlineInItsOwnMillisecond) {
  Time now{};
  TimerWheel wheel(now);
  Random random(3);
  std::map<const NotingTimer*, Time> due;
  std::vector<std::unique_ptr<NotingTimer>> timers;
  for (int i = 0; i < 2000; ++i) {
    timers.push_back(std::make_unique<NotingTimer>(now));
    const Time deadline = now + milliseconds(1 + random.below(i % 3 == 0 ? 200 : 100'000'000));
    wheel.arm(*timers.back(), deadline);
    due[timers.back().get()] = deadline;
  }
  while (const auto next = wheel.next_deadline()) {
    now = *next;
    wheel.advance(now);
  }
  for (const auto& timer : timers) EXPECT_EQ(timer->fired_at, due[timer.get()]);
}

TEST(TimerWheel, ATimerThatIsRearmedFiresOnceAtTheLastDeadline) {
  Time now{};
  TimerWheel wheel(now);
  NotingTimer timer(now);
  wheel.arm(timer, now + milliseconds(5));
  wheel.arm(timer, now + milliseconds(700));
  now += milliseconds(699);
  wheel.advance(now);
  EXPECT_FALSE(timer.fired_at);
  now += milliseconds(1);
  wheel.advance(now);
  EXPECT_EQ(timer.fired_at, now);
  EXPECT_FALSE(timer.is_armed());
}

TEST(TimerWheel, ADestroyedTimerLeavesNoTrace) {
  Time now{};
  TimerWheel wheel(now);
  {
    NotingTimer timer(now);
    wheel.arm(timer, now + milliseconds(5));
  }
  EXPECT_FALSE(wheel.next_deadline());
  wheel.advance(now + hours(1));
}

}  // namespace
}  // namespace weft::runtime
