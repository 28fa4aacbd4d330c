#include "runtime/gate.h"

#include "runtime/detached.h"

namespace weft::runtime {
namespace {

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
