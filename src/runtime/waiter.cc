#include "runtime/waiter.h"

#include "base/assert.h"
#include "runtime/reactor.h"

namespace weft::runtime {

Waiter::~Waiter() {
  WEFT_ASSERT(state_ == State::idle);
}

void Waiter::begin(void* who, Time deadline) {
  WEFT_ASSERT(state_ == State::idle);
  who_ = who;
  is_sleeper_ = false;
  state_ = State::waiting;
  if (deadline != kNever) reactor_->timers().arm(*this, deadline);
}

void Waiter::sleep(Sleeper& sleeper, Time deadline) {
  begin(&sleeper, deadline);
  is_sleeper_ = true;
}

void Waiter::wake(Wait outcome) {
  if (state_ != State::waiting) return;
  outcome_ = outcome;
  state_ = State::queued;
  disarm();
  reactor_->enqueue(*this);
}

void Waiter::abandon(std::coroutine_handle<> coroutine) {
  if (!coroutine || state_ == State::idle || who_ != coroutine.address()) return;
  disarm();
  Link<Waiter>::unlink();
  state_ = State::idle;
}

void Waiter::resume() {
  state_ = State::idle;
  if (is_sleeper_) return static_cast<Sleeper*>(who_)->woken(outcome_);
  std::coroutine_handle<>::from_address(who_).resume();
}

}  // namespace weft::runtime
