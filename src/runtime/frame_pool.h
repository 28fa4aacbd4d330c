// FramePool: memory of coroutine frames, recycled per thread so that a request in steady state allocates nothing. Spare
// frames are bounded, so that a burst of connections does not hold memory for ever.
// A frame may be freed on another thread than the one that made it; it then joins that thread's lists.
#pragma once

#include <cstddef>

namespace weft::runtime {

// The only thread-local state of the product: operator new of a coroutine has no other place to look.
class FramePool {
 public:
  // Sanitizers see a use after free only where memory really is freed, so there frames come from malloc.
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  static constexpr bool kRecycles = false;
#else
  static constexpr bool kRecycles = true;
#endif

  static void* allocate(size_t size);
  static void release(void* frame, size_t size) noexcept;
  // Gives this thread's spare frames back to the allocator.
  static void drop_spares() noexcept;
};

// Base of promise types, so that their frames come from the pool.
struct PooledFrame {
  static void* operator new(size_t size) { return FramePool::allocate(size); }
  static void operator delete(void* frame, size_t size) noexcept { FramePool::release(frame, size); }
};

}  // namespace weft::runtime
