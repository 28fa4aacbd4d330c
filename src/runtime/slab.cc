#include "runtime/slab.h"

#include <cstdint>
#include <new>
#include <utility>

#include <sys/mman.h>

#include "base/assert.h"

namespace weft::runtime {

// At the start of its chunk. Records behind `fresh` have never been used: their pages are not touched before they must.
struct Slab::Chunk : Link<Chunk> {
  struct Free {
    Free* next;
  };
  Free* free = nullptr;
  size_t fresh = 0;
  size_t used = 0;
};

namespace {

constexpr size_t kAlignment = alignof(std::max_align_t);

constexpr size_t rounded_up(size_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

// Aligned to its size, so that a record's address tells its chunk.
void* map_chunk() {
  constexpr size_t kBytes = Slab::kChunkBytes;
  void* const mapped = mmap(nullptr, 2 * kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  WEFT_ASSERT(mapped != MAP_FAILED);
  char* const begin = static_cast<char*>(mapped);
  const size_t before = (kBytes - reinterpret_cast<uintptr_t>(begin) % kBytes) % kBytes;
  if (before > 0) munmap(begin, before);
  munmap(begin + before + kBytes, kBytes - before);
  return begin + before;
}

}  // namespace

Slab::Slab(size_t record_bytes)
    : record_bytes_(rounded_up(record_bytes)), per_chunk_((kChunkBytes - rounded_up(sizeof(Chunk))) / record_bytes_) {
  WEFT_ASSERT(per_chunk_ >= 4);
}

Slab::~Slab() {
  if (spare_ != nullptr) drop(spare_);
  WEFT_ASSERT(chunks_ == 0);
}

Slab::Chunk* Slab::make_chunk() {
  ++chunks_;
  return ::new (map_chunk()) Chunk;
}

void Slab::drop(Chunk* chunk) noexcept {
  --chunks_;
  chunk->~Chunk();
  munmap(chunk, kChunkBytes);
}

void* Slab::place(Chunk& chunk, size_t index) const {
  return reinterpret_cast<char*>(&chunk) + rounded_up(sizeof(Chunk)) + index * record_bytes_;
}

void* Slab::allocate() {
  if (!FramePool::kRecycles) return ::operator new(record_bytes_);
  if (with_room_.empty()) with_room_.push_back(spare_ != nullptr ? *std::exchange(spare_, nullptr) : *make_chunk());
  Chunk& chunk = with_room_.front();
  if (++chunk.used == per_chunk_) with_room_.erase(chunk);
  if (chunk.free == nullptr) return place(chunk, chunk.fresh++);
  return std::exchange(chunk.free, chunk.free->next);
}

void Slab::release(void* record) noexcept {
  if (!FramePool::kRecycles) return ::operator delete(record);
  Chunk& chunk = *reinterpret_cast<Chunk*>(reinterpret_cast<uintptr_t>(record) / kChunkBytes * kChunkBytes);
  chunk.free = ::new (record) Chunk::Free{chunk.free};
  if (!chunk.is_linked()) with_room_.push_back(chunk);
  if (--chunk.used > 0) return;
  with_room_.erase(chunk);
  if (spare_ == nullptr) {
    spare_ = &chunk;
  } else {
    drop(&chunk);
  }
}

}  // namespace weft::runtime
