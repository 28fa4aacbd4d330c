#include "runtime/gate.h"

namespace weft::runtime {
namespace {

// A coroutine that owns itself: its frame goes when it ends.
struct Detached {
  struct promise_type : PooledFrame {
    Detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() noexcept { std::terminate(); }
  };
};

Detached run_inside(Gate::Pass pass, Task<void> task) {
  {
    const Task<void> inner = std::move(task);
    co_await inner;
  }
  [[maybe_unused]] const Gate::Pass leaving = std::move(pass);
}

}  // namespace

Task<bool> Gate::close(Time deadline) {
  closed_ = true;
  while (inside_ > 0) {
    if (co_await emptied_.wait(deadline) == Wait::timed_out) break;
  }
  co_return inside_ == 0;
}

void spawn(Gate& gate, Task<void> task) {
  run_inside(gate.enter(), std::move(task));
}

}  // namespace weft::runtime
