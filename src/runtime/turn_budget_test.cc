#include "runtime/turn_budget.h"

#include <string>

#include <gtest/gtest.h>

#include "runtime/gate.h"

namespace weft::runtime {
namespace {

using std::chrono::milliseconds;

TEST(TurnBudget, IsSpentAfterSoManySteps) {
  ManualClock clock;
  Reactor reactor(clock);
  TurnBudget budget(reactor, 3);
  for (int round = 0; round < 2; ++round) {
    EXPECT_FALSE(budget.is_spent());
    EXPECT_FALSE(budget.is_spent());
    EXPECT_TRUE(budget.is_spent());
  }
}

TEST(TurnBudget, IsFullAgainInTheNextTurn) {
  ManualClock clock;
  Reactor reactor(clock);
  TurnBudget budget(reactor, 2);
  for (int round = 0; round < 5; ++round) {
    EXPECT_FALSE(budget.is_spent());
    clock.advance(milliseconds(1));
    reactor.turn(Duration::zero());
  }
}

Task<void> work(Reactor& reactor, char name, std::string& done) {
  TurnBudget budget(reactor, 2);
  for (int step = 0; step < 4; ++step) {
    done.push_back(name);
    if (budget.is_spent()) co_await NextTurn(reactor);
  }
}

TEST(TurnBudget, LetsLoopsThatNeverWaitTakeTurns) {
  ManualClock clock;
  Reactor reactor(clock);
  Gate gate(reactor);
  std::string done;
  spawn(gate, work(reactor, 'a', done));
  spawn(gate, work(reactor, 'b', done));
  for (int turn = 0; turn < 5; ++turn) reactor.turn(Duration::zero());
  EXPECT_EQ(done, "aabbaabb");
}

}  // namespace
}  // namespace weft::runtime
