#include "runtime/frame_pool.h"

#include <array>
#include <new>
#include <utility>

namespace weft::runtime {
namespace {

constexpr size_t kStep = 64;
constexpr size_t kClasses = 64;  // frames up to 4 KiB are kept; larger ones are rare and go to malloc

struct FreeFrame {
  FreeFrame* next;
};

// Spare frames of one size. What a burst of connections leaves beyond kSpareBytesMax is of use to frames of other sizes
// and goes back to malloc.
class FreeList {
 public:
  static constexpr size_t kSpareBytesMax = 256 * 1024;

  bool is_empty() const { return head_ == nullptr; }
  bool has_room(size_t size) const { return bytes_ + size <= kSpareBytesMax; }
  void push(void* frame, size_t size) noexcept {
    head_ = ::new (frame) FreeFrame{head_};
    bytes_ += size;
  }
  void* pop(size_t size) noexcept {
    bytes_ -= size;
    return std::exchange(head_, head_->next);
  }
  void drop() noexcept {
    while (head_ != nullptr) ::operator delete(std::exchange(head_, head_->next));
    bytes_ = 0;
  }

 private:
  FreeFrame* head_ = nullptr;
  size_t bytes_ = 0;
};

struct FreeLists {
  std::array<FreeList, kClasses> of_class{};
  ~FreeLists() { drop(); }
  void drop() noexcept {
    for (FreeList& list : of_class) list.drop();
  }
};

thread_local FreeLists free_lists;

constexpr size_t class_of(size_t size) {
  return (size + kStep - 1) / kStep - 1;
}

constexpr size_t size_of(size_t index) {
  return (index + 1) * kStep;
}

}  // namespace

void* FramePool::allocate(size_t size) {
  const size_t index = class_of(size);
  if (!kRecycles || index >= kClasses) return ::operator new(size);
  FreeList& spares = free_lists.of_class[index];
  return spares.is_empty() ? ::operator new(size_of(index)) : spares.pop(size_of(index));
}

void FramePool::release(void* frame, size_t size) noexcept {
  const size_t index = class_of(size);
  if (!kRecycles || index >= kClasses) return ::operator delete(frame);
  FreeList& spares = free_lists.of_class[index];
  if (!spares.has_room(size_of(index))) return ::operator delete(frame);
  spares.push(frame, size_of(index));
}

void FramePool::drop_spares() noexcept {
  free_lists.drop();
}

}  // namespace weft::runtime
