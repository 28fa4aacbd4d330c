// NextTurn: lets a coroutine that could go on for long step back, so that the others of its reactor and the I/O get
// their turn.
#pragma once

#include "runtime/reactor.h"
#include "runtime/waiter.h"

namespace weft::runtime {

// `co_await NextTurn(reactor)`: goes on in the reactor's next turn, after its events. Lives in the awaiting frame.
class NextTurn {
 public:
  explicit NextTurn(Reactor& reactor) : waiter_(reactor), wait_(waiter_, kNever) {}

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> coroutine) {
    wait_.await_suspend(coroutine);
    waiter_.wake(Wait::ready);
  }
  void await_resume() { wait_.await_resume(); }

 private:
  Waiter waiter_;
  Waiter::Awaiter wait_;
};

}  // namespace weft::runtime
