#include "control/serve/issue_budget.h"

#include <gtest/gtest.h>

namespace weft::control {
namespace {

using std::chrono::seconds;

int taken(IssueBudget& budget, const std::string& pod, int tries) {
  int count = 0;
  for (int i = 0; i < tries; ++i) count += budget.take(pod) ? 1 : 0;
  return count;
}

TEST(IssueBudget, LetsAPodAskSixtyTimesAtOnceAndThenEveryTwoSeconds) {
  ManualClock clock;
  IssueBudget budget(clock);
  EXPECT_EQ(taken(budget, "a", 100), 60);
  clock.advance(seconds(2));
  EXPECT_EQ(taken(budget, "a", 100), 1);
  clock.advance(seconds(20));
  EXPECT_EQ(taken(budget, "a", 100), 10);
  clock.advance(seconds(3600));
  EXPECT_EQ(taken(budget, "a", 100), 60) << "no more is saved up than that";
}

TEST(IssueBudget, IsForEachPodAlone) {
  ManualClock clock;
  IssueBudget budget(clock);
  EXPECT_EQ(taken(budget, "a", 100), 60);
  EXPECT_EQ(taken(budget, "b", 1), 1);
}

TEST(IssueBudget, HoldsWhileManyPodsComeAndGo) {
  ManualClock clock;
  IssueBudget budget(clock);
  EXPECT_EQ(taken(budget, "a", 60), 60);
  for (int i = 0; i < 5000; ++i) EXPECT_TRUE(budget.take("pod-" + std::to_string(i)));
  EXPECT_FALSE(budget.take("a"));
}

TEST(IssueBudget, IsEnoughForTheShortestLifetime) {
  ManualClock clock;
  IssueBudget budget(clock);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(budget.take("a"));
    clock.advance(seconds(5));
  }
}

}  // namespace
}  // namespace weft::control
