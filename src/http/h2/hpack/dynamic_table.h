// DynamicTable: the fields that one direction of a connection has indexed (RFC 7541 2.3.2), newest first.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/byte_buffer.h"
#include "http/h2/hpack/field.h"

namespace weft::http::h2::hpack {

// Held by a Decoder or an Encoder. Memory grows with what is inserted, to about twice the size limit.
class DynamicTable {
 public:
  static constexpr uint32_t kEntryOverhead = 32;  // RFC 7541 4.1

  explicit DynamicTable(uint32_t size_max) : size_max_(size_max) {}

  uint32_t size() const { return size_; }
  uint32_t size_max() const { return size_max_; }
  uint32_t count() const { return static_cast<uint32_t>(inserted_ - evicted_); }
  // How many were ever inserted: the newest entry has this number, minus one. Numbers stay with their entries.
  uint64_t inserted() const { return inserted_; }
  bool has(uint64_t number) const { return number >= evicted_ && number < inserted_; }

  // A field as it stands in the table, and what it is known as. Views into the table.
  struct Entry {
    std::string_view name;
    std::string_view value;
    FieldKind kind;
  };
  // `number` as has() says. Good until the table is changed.
  Entry operator[](uint64_t number) const {
    const Slot& slot = slots_[number & (slots_.size() - 1)];
    const char* text = text_.readable().data() + (slot.at - text_begin_);
    return {{text, slot.name_size}, {text + slot.name_size, slot.value_size}, slot.kind};
  }

  // Makes room by evicting the oldest, then inserts. A field that is too large for the table leaves it empty, which is
  // no error (RFC 7541 4.4). Neither view points into the table.
  void insert(std::string_view name, std::string_view value, FieldKind kind);

  void resize(uint32_t size_max);

 private:
  // Where an entry's name and, behind it, its value stand in the text; sizes in bytes.
  struct Slot {
    uint64_t at;  // in all text ever inserted
    uint32_t name_size;
    uint32_t value_size;
    FieldKind kind;
  };

  void evict_to(uint32_t size_max);
  void make_room_for_slot();

  std::vector<Slot> slots_;  // a ring, its size a power of two
  ByteBuffer text_;          // names and values of the live entries, one after another
  uint64_t text_begin_ = 0;
  uint64_t text_end_ = 0;
  uint64_t inserted_ = 0;
  uint64_t evicted_ = 0;
  uint32_t size_ = 0;
  uint32_t size_max_;
};

}  // namespace weft::http::h2::hpack
