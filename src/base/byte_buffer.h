// ByteBuffer: bytes that came from a socket and wait to be parsed, or wait to be sent. Contiguous; consumed at the
// front, filled at the back. Owned by one connection, one thread.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

#include "base/assert.h"

namespace weft {

// Grows only on demand and never past what its user reserves; consume() moves no bytes until room is needed.
class ByteBuffer {
 public:
  std::string_view readable() const { return {storage_.get() + begin_, end_ - begin_}; }
  size_t size() const { return end_ - begin_; }
  size_t capacity() const { return capacity_; }
  bool empty() const { return begin_ == end_; }

  // At least `size` writable bytes behind the readable ones; follow with commit(). Views taken before become invalid.
  std::span<char> reserve(size_t size) {
    if (capacity_ - end_ < size) make_room(size);
    return {storage_.get() + end_, capacity_ - end_};
  }
  void commit(size_t size) {
    WEFT_ASSERT(size <= capacity_ - end_);
    end_ += size;
  }
  void append(std::string_view bytes) {
    if (bytes.empty()) return;  // memcpy takes no null pointer, not even for nothing
    std::memcpy(reserve(bytes.size()).data(), bytes.data(), bytes.size());
    end_ += bytes.size();
  }
  void consume(size_t size) {
    WEFT_ASSERT(size <= end_ - begin_);
    begin_ += size;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  void clear() { begin_ = end_ = 0; }

  // Gives the memory back; for idle connections.
  void release() {
    WEFT_ASSERT(empty());
    storage_.reset();
    capacity_ = 0;
  }

 private:
  void make_room(size_t size);

  std::unique_ptr<char[]> storage_;
  size_t capacity_ = 0;
  size_t begin_ = 0;
  size_t end_ = 0;
};

}  // namespace weft
