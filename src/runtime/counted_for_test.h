// Counts what a test program takes from the allocator and gives back. For one file of it: the program has these
// operators once. Sanitizers bring their own; under them nothing is counted, and frames do not come from a pool either
// (FramePool::kRecycles).
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <new>

#include <malloc.h>

#include "runtime/frame_pool.h"

namespace weft {

inline std::atomic<uint64_t> allocations = 0;
inline std::atomic<uint64_t> deallocations = 0;
inline std::atomic<int64_t> live_bytes = 0;

}  // namespace weft

#if !defined(__SANITIZE_ADDRESS__) && !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)

void* operator new(size_t size) {
  ++weft::allocations;
  void* const memory = std::malloc(size);
  if (memory == nullptr) std::abort();
  weft::live_bytes += static_cast<int64_t>(malloc_usable_size(memory));
  return memory;
}
void operator delete(void* memory) noexcept {
  ++weft::deallocations;
  weft::live_bytes -= static_cast<int64_t>(malloc_usable_size(memory));
  std::free(memory);
}
void operator delete(void* memory, size_t) noexcept {
  operator delete(memory);
}

#endif
