// Eventually<T>: a value that is there already, or a Task that will bring it. A policy that decides by itself answers
// with a value, which costs its caller no more than a function call; one that must ask somebody answers with a task.
// The call site is the same line: `co_await policy.on_request(...)`.
#pragma once

#include <coroutine>
#include <optional>
#include <utility>
#include <variant>

#include "base/error.h"
#include "runtime/task.h"

namespace weft::proxy {

// The value with nothing in it, which lets a request go on: nearly every policy gives it to nearly every request.
inline bool says_nothing(const Result<>& verdict) {
  return verdict.has_value();
}
template <class T>
bool says_nothing(const std::optional<T>& found) {
  return !found.has_value();
}

// Awaited once, by whoever it was returned to. The value that says nothing is no more than a mark: neither made, moved
// nor destroyed.
template <class T>
class [[nodiscard]] Eventually {
 public:
  Eventually(T ready) {  // NOLINT: a verdict is returned as it is
    if (!says_nothing(ready)) state_.template emplace<T>(std::move(ready));
  }
  Eventually(runtime::Task<T> task) : state_(std::move(task)) {}  // NOLINT: so is a task

  // The value is there, and there is nothing in it: not worth waiting for.
  bool is_nothing() const { return std::holds_alternative<std::monostate>(state_); }

  bool await_ready() const { return !std::holds_alternative<runtime::Task<T>>(state_); }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) { return awaiter().await_suspend(awaiting); }
  T await_resume() {
    if (std::holds_alternative<std::monostate>(state_)) return T();
    if (T* ready = std::get_if<T>(&state_)) return std::move(*ready);
    return awaiter().await_resume();
  }

 private:
  auto awaiter() const { return std::get<runtime::Task<T>>(state_).operator co_await(); }

  std::variant<std::monostate, T, runtime::Task<T>> state_;
};

}  // namespace weft::proxy
