#include "runtime/waiter.h"

#include "base/assert.h"
#include "runtime/reactor.h"

namespace weft::runtime {

Waiter::~Waiter() {
  WEFT_ASSERT(state_ == State::idle);
}

void Waiter::begin(std::coroutine_handle<> coroutine, Time deadline) {
  WEFT_ASSERT(state_ == State::idle);
  coroutine_ = coroutine;
  state_ = State::waiting;
  if (deadline != kNever) reactor_->timers().arm(*this, deadline);
}

void Waiter::wake(Wait outcome) {
  if (state_ != State::waiting) return;
  outcome_ = outcome;
  state_ = State::queued;
  disarm();
  reactor_->enqueue(*this);
}

void Waiter::abandon(std::coroutine_handle<> coroutine) {
  if (!coroutine || state_ == State::idle || coroutine_ != coroutine) return;
  disarm();
  Link<Waiter>::unlink();
  state_ = State::idle;
}

void Waiter::resume() {
  state_ = State::idle;
  coroutine_.resume();
}

}  // namespace weft::runtime
