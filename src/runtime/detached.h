// Detached: a coroutine that owns itself: it starts when it is called, and its frame goes when it ends. Who starts one
// sees to it that what it refers to outlives it: by a Gate, or as a part of its own life.
#pragma once

#include <coroutine>
#include <exception>

#include "runtime/frame_pool.h"

namespace weft::runtime {

// The return type of such a coroutine. Nobody can wait for its end.
struct Detached {
  // As the language wants it: it runs at once, and its frame goes with its end.
  struct promise_type : PooledFrame {
    Detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() noexcept { std::terminate(); }
  };
};

}  // namespace weft::runtime
