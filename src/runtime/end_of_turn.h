// EndOfTurn: lets a coroutine do what it has ready after everything that has arrived in this turn was looked at.
#pragma once

#include <coroutine>

#include "runtime/reactor.h"

namespace weft::runtime {

// `co_await EndOfTurn(reactor)`: goes on behind the coroutines that this turn's events woke. For a message's first
// bytes: sent one after the other, they find their receivers awake, and the kernel's code for receiving and for
// sending each runs in one go (bench/RESULTS.md, row a). Lives in the awaiting frame, and leaves with it.
class EndOfTurn final : public Link<EndOfTurn> {
 public:
  explicit EndOfTurn(Reactor& reactor) : reactor_(&reactor) {}

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> coroutine) {
    coroutine_ = coroutine;
    reactor_->enqueue_last(*this);
  }
  void await_resume() const noexcept {}

 private:
  friend class Reactor;
  Reactor* reactor_;
  std::coroutine_handle<> coroutine_;
};

inline void Reactor::enqueue_last(EndOfTurn& last) {
  last_.push_back(last);
}

}  // namespace weft::runtime
