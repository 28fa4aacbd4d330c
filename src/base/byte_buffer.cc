#include "base/byte_buffer.h"

#include <algorithm>

namespace weft {
namespace {

constexpr size_t kLeast = 128;  // less is not worth a second allocation

}  // namespace

void ByteBuffer::make_room(size_t size) {
  const size_t held = end_ - begin_;
  if (capacity_ - held >= size) {
    std::memmove(storage_.get(), storage_.get() + begin_, held);
  } else {
    const size_t grown = std::max({capacity_ * 2, held + size, kLeast});
    auto larger = std::make_unique_for_overwrite<char[]>(grown);
    if (held > 0) std::memcpy(larger.get(), storage_.get() + begin_, held);
    storage_ = std::move(larger);
    capacity_ = grown;
  }
  begin_ = 0;
  end_ = held;
}

}  // namespace weft
