// Task<T>: a lazy coroutine with one awaiter. It starts when awaited, runs on the thread that awaits it, and hands its
// value over by symmetric transfer. Destroying a suspended Task ends it: its locals' destructors run.
// Coroutines take parameters by value, or by reference to something that outlives the co_await. Never a capturing
// lambda.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "base/assert.h"
#include "runtime/frame_pool.h"

// On a coroutine: its frame does not become part of its caller's, as the optimiser likes to have it. For what is short
// or rare beside what its caller does: a connection that waits for its next request must not pay for the last one's
// frames.
#define WEFT_OWN_FRAME [[gnu::noinline]]

namespace weft::runtime {

template <class T>
class Task;

// What promises of every Task share: whom to resume at the end. No exception leaves a coroutine: errors are Results.
struct TaskPromiseBase : PooledFrame {
  // Ends the coroutine by resuming the one that awaits it.
  struct ResumeAwaiter {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) const noexcept {
      return ended.promise().continuation;
    }
    void await_resume() const noexcept {}
  };

  std::suspend_always initial_suspend() const noexcept { return {}; }
  ResumeAwaiter final_suspend() const noexcept { return {}; }
  void unhandled_exception() const noexcept { std::terminate(); }

  std::coroutine_handle<> continuation = std::noop_coroutine();
};

// Promise of a Task that has a value.
template <class T>
struct TaskPromise : TaskPromiseBase {
  Task<T> get_return_object();
  template <class U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  T take() { return *std::move(value); }

  std::optional<T> value;
};

// Promise of a Task without a value.
template <>
struct TaskPromise<void> : TaskPromiseBase {
  Task<void> get_return_object();
  void return_void() const noexcept {}
  void take() const noexcept {}
};

// See the head of this file. Owned by whoever awaits it; moves, never copies.
template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = TaskPromise<T>;

  Task() = default;
  explicit Task(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
  Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, {})) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      if (frame_) frame_.destroy();
      frame_ = std::exchange(other.frame_, {});
    }
    return *this;
  }
  ~Task() {
    if (frame_) frame_.destroy();
  }

  // Runs the task inside the awaiting coroutine and gives its value.
  struct Awaiter {
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) const noexcept {
      frame.promise().continuation = awaiting;
      return frame;
    }
    T await_resume() const { return frame.promise().take(); }
    std::coroutine_handle<promise_type> frame;
  };
  Awaiter operator co_await() const& noexcept {
    WEFT_ASSERT(frame_);
    return {frame_};
  }

 private:
  std::coroutine_handle<promise_type> frame_;
};

template <class T>
Task<T> TaskPromise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}
inline Task<void> TaskPromise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}

}  // namespace weft::runtime
