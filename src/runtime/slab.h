// Slab: memory for records of one size that are many and stay long, while all around them comes and goes. They lie side
// by side in chunks of their own, without headers: so they cost what they measure, keep nothing else from going back to
// the system, and an empty chunk goes back itself.
#pragma once

#include <cstddef>

#include "runtime/frame_pool.h"
#include "runtime/intrusive_list.h"

namespace weft::runtime {

// One thread. Must be empty when destroyed.
class Slab {
 public:
  static constexpr size_t kChunkBytes = 64 * 1024;

  // Of at most a quarter of a chunk, aligned for any scalar.
  explicit Slab(size_t record_bytes);
  Slab(const Slab&) = delete;
  Slab& operator=(const Slab&) = delete;
  ~Slab();

  void* allocate();
  void release(void* record) noexcept;

  size_t records_per_chunk() const { return per_chunk_; }
  size_t chunks() const { return chunks_; }  // held now, one of them may be empty

 private:
  struct Chunk;
  Chunk* make_chunk();
  void drop(Chunk* chunk) noexcept;
  void* place(Chunk& chunk, size_t index) const;

  size_t record_bytes_;
  size_t per_chunk_;
  size_t chunks_ = 0;
  IntrusiveList<Chunk> with_room_;
  Chunk* spare_ = nullptr;  // empty; so that one record that comes and goes costs no system call
};

}  // namespace weft::runtime
