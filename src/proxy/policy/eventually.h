// Eventually<T>: a value that is there already, or a Task that will bring it. A policy that decides by itself answers
// with a value, which costs its caller no more than a function call; one that must ask somebody answers with a task.
// The call site is the same line: `co_await policy.on_request(...)`.
#pragma once

#include <coroutine>
#include <optional>
#include <utility>

#include "runtime/task.h"

namespace weft::proxy {

// Awaited once, by whoever it was returned to.
template <class T>
class [[nodiscard]] Eventually {
 public:
  Eventually(T ready) : ready_(std::move(ready)) {}              // NOLINT: a verdict is returned as it is
  Eventually(runtime::Task<T> task) : task_(std::move(task)) {}  // NOLINT: so is a task

  bool await_ready() const { return ready_.has_value(); }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) {
    waiting_.emplace(task_.operator co_await());
    return waiting_->await_suspend(awaiting);
  }
  T await_resume() { return ready_ ? *std::move(ready_) : waiting_->await_resume(); }

 private:
  std::optional<T> ready_;
  runtime::Task<T> task_;
  std::optional<typename runtime::Task<T>::Awaiter> waiting_;
};

}  // namespace weft::proxy
