// SideTask: runs a Task beside its owner and ends with it: the upload of a request's body while its response is
// awaited, the writing half of a connection.
#pragma once

#include <coroutine>
#include <utility>

#include "runtime/task.h"

namespace weft::runtime {

// Starts at once. Destruction ends the task where it waits: what it refers to must outlive this object.
class SideTask {
 public:
  explicit SideTask(Task<void> task) : frame_(run(std::move(task)).frame) {}
  SideTask(SideTask&& other) noexcept : frame_(std::exchange(other.frame_, {})) {}
  SideTask& operator=(SideTask&&) = delete;
  ~SideTask() {
    if (frame_) frame_.destroy();
  }

 private:
  // The frame that holds the task; it stays at its final suspension until its owner goes.
  struct Frame {
    // As the language wants it: it runs at once, and does not destroy itself.
    struct promise_type : PooledFrame {
      Frame get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
      std::suspend_never initial_suspend() noexcept { return {}; }
      std::suspend_always final_suspend() noexcept { return {}; }
      void return_void() noexcept {}
      void unhandled_exception() noexcept { std::terminate(); }
    };
    std::coroutine_handle<promise_type> frame;
  };
  static Frame run(Task<void> task) { co_await task; }

  std::coroutine_handle<> frame_;
};

}  // namespace weft::runtime
