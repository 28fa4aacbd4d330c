// Background: runs tasks that nobody awaits, each until it ends by itself or all of them are ended together. For work
// whose outcome interests nobody; what must be waited for goes through a Gate.
#pragma once

#include <coroutine>
#include <cstdint>
#include <exception>

#include "runtime/frame_pool.h"
#include "runtime/intrusive_list.h"
#include "runtime/task.h"

namespace weft::runtime {

// One reactor's thread. What the tasks refer to outlives it.
class Background {
 public:
  Background() = default;
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  ~Background() { end(); }

  // Starts at once.
  void run(Task<void> task) { run_inside(*this, std::move(task)); }

  // Ends every task where it waits. Not called by one of them.
  void end() {
    while (!frames_.empty()) Frame::Handle::from_promise(frames_.pop_front()).destroy();
  }

  uint32_t running() const { return running_; }

 private:
  // A coroutine that goes when it ends, unless it is ended before. Until then it is in the list.
  struct Frame {
    // As the language wants it: it runs at once, and its frame goes with its end.
    struct promise_type : PooledFrame, Link<promise_type> {
      promise_type(Background& owner, const Task<void>&) : owner_(&owner) {
        owner.frames_.push_back(*this);
        ++owner.running_;
      }
      ~promise_type() { --owner_->running_; }
      Frame get_return_object() { return {}; }
      std::suspend_never initial_suspend() noexcept { return {}; }
      std::suspend_never final_suspend() noexcept { return {}; }
      void return_void() noexcept {}
      void unhandled_exception() noexcept { std::terminate(); }

     private:
      Background* owner_;
    };
    using Handle = std::coroutine_handle<promise_type>;
  };
  static Frame run_inside(Background&, Task<void> task) { co_await task; }

  IntrusiveList<Frame::promise_type> frames_;
  uint32_t running_ = 0;
};

}  // namespace weft::runtime
