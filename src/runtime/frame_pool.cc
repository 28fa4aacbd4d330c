#include "runtime/frame_pool.h"

#include <array>
#include <new>

namespace weft::runtime {
namespace {

constexpr size_t kStep = 64;
constexpr size_t kClasses = 64;  // frames up to 4 KiB are kept; larger ones are rare and go to malloc

struct FreeFrame {
  FreeFrame* next;
};

struct FreeLists {
  std::array<FreeFrame*, kClasses> heads{};
  ~FreeLists() { drop(); }
  void drop() noexcept {
    for (auto*& head : heads) {
      while (head != nullptr) {
        FreeFrame* const frame = head;
        head = frame->next;
        ::operator delete(frame);
      }
    }
  }
};

thread_local FreeLists free_lists;

constexpr size_t class_of(size_t size) {
  return (size + kStep - 1) / kStep - 1;
}

}  // namespace

void* FramePool::allocate(size_t size) {
  const size_t index = class_of(size);
  if (!kRecycles || index >= kClasses) return ::operator new(size);
  FreeFrame*& head = free_lists.heads[index];
  if (head == nullptr) return ::operator new((index + 1) * kStep);
  FreeFrame* const frame = head;
  head = frame->next;
  return frame;
}

void FramePool::release(void* frame, size_t size) noexcept {
  const size_t index = class_of(size);
  if (!kRecycles || index >= kClasses) return ::operator delete(frame);
  FreeFrame*& head = free_lists.heads[index];
  head = ::new (frame) FreeFrame{head};
}

void FramePool::drop_spares() noexcept {
  free_lists.drop();
}

}  // namespace weft::runtime
