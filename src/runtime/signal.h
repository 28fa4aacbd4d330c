// Signal: something that happens once and stays so, awaited by any number of coroutines of one reactor. With a deadline
// it is also the way to sleep and still be told to stop.
#pragma once

#include "runtime/reactor.h"
#include "runtime/waiter.h"

namespace weft::runtime {

// Outlives its waiters. One reactor's thread.
class Signal {
 public:
  explicit Signal(Reactor& reactor) : reactor_(&reactor) {}

  bool is_set() const { return set_; }
  void set() {
    set_ = true;
    while (!waiters_.empty()) waiters_.pop_front().wake(Wait::ready);
  }
  // Takes a set signal back, for events that repeat.
  void reset() { set_ = false; }

  // `co_await signal.wait(deadline)`: ready once the signal is set, else timed_out.
  class Awaiter {
   public:
    Awaiter(Signal& signal, Time deadline) : signal_(&signal), waiter_(*signal.reactor_), wait_(waiter_, deadline) {}
    bool await_ready() const { return signal_->set_; }
    void await_suspend(std::coroutine_handle<> coroutine) {
      suspended_ = true;
      wait_.await_suspend(coroutine);
      signal_->waiters_.push_back(waiter_);
    }
    Wait await_resume() { return suspended_ ? wait_.await_resume() : Wait::ready; }

   private:
    Signal* signal_;
    Waiter waiter_;
    Waiter::Awaiter wait_;
    bool suspended_ = false;
  };
  Awaiter wait(Time deadline = kNever) { return {*this, deadline}; }

 private:
  Reactor* reactor_;
  IntrusiveList<Waiter> waiters_;
  bool set_ = false;
};

// Suspends until the time has come.
Task<void> sleep_until(Reactor& reactor, Time time);
inline Task<void> sleep_for(Reactor& reactor, Duration duration) {
  return sleep_until(reactor, reactor.now() + duration);
}

// Runs two tasks side by side on this thread; ends when both have ended.
Task<void> both(Reactor& reactor, Task<void> first, Task<void> second);

}  // namespace weft::runtime
