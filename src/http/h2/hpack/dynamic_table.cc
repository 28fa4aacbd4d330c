#include "http/h2/hpack/dynamic_table.h"

#include <algorithm>

namespace weft::http::h2::hpack {

void DynamicTable::insert(std::string_view name, std::string_view value, FieldKind kind) {
  const size_t size = name.size() + value.size() + kEntryOverhead;
  if (size > size_max_) return evict_to(0);
  evict_to(size_max_ - static_cast<uint32_t>(size));
  make_room_for_slot();
  // Twice what is needed, so that the text is not moved for every insertion once the table is full.
  if (const size_t held = text_.size(); held > 0) (void)text_.reserve(std::min<size_t>(held, size_max_));
  text_.append(name);
  text_.append(value);
  slots_[inserted_ & (slots_.size() - 1)] = {text_end_, static_cast<uint32_t>(name.size()),
                                             static_cast<uint32_t>(value.size()), kind};
  text_end_ += name.size() + value.size();
  size_ += static_cast<uint32_t>(size);
  ++inserted_;
}

void DynamicTable::resize(uint32_t size_max) {
  size_max_ = size_max;
  evict_to(size_max);
}

void DynamicTable::evict_to(uint32_t size_max) {
  while (size_ > size_max) {
    const Slot& slot = slots_[evicted_++ & (slots_.size() - 1)];
    const uint32_t text = slot.name_size + slot.value_size;
    text_.consume(text);
    text_begin_ += text;
    size_ -= text + kEntryOverhead;
  }
}

// The ring doubles; entries go to the places that their numbers have in the larger one.
void DynamicTable::make_room_for_slot() {
  if (count() < slots_.size()) return;
  std::vector<Slot> larger(std::max<size_t>(16, slots_.size() * 2));
  for (uint64_t number = evicted_; number < inserted_; ++number)
    larger[number & (larger.size() - 1)] = slots_[number & (slots_.size() - 1)];
  slots_ = std::move(larger);
}

}  // namespace weft::http::h2::hpack
