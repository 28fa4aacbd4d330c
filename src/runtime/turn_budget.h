// TurnBudget: how much one coroutine may do in a turn of its reactor before the others get theirs: for loops that a
// peer can keep busy without ever making them wait.
#pragma once

#include <cstdint>

#include "runtime/next_turn.h"

namespace weft::runtime {

// Lives in the loop's frame: `if (budget.is_spent()) co_await NextTurn(reactor);` once a step. Costs a comparison.
class TurnBudget {
 public:
  TurnBudget(const Reactor& reactor, uint32_t steps) : reactor_(&reactor), steps_(steps), left_(steps) {}

  // Counts a step. True after the last one of the budget: the next turn has one of its own.
  bool is_spent() {
    if (reactor_->now() != turn_) {
      turn_ = reactor_->now();
      left_ = steps_;
    }
    if (--left_ > 0) return false;
    left_ = steps_;
    return true;
  }

 private:
  const Reactor* reactor_;
  uint32_t steps_;
  uint32_t left_;
  Time turn_;
};

}  // namespace weft::runtime
