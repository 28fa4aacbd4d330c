#include "http/h2/hpack/decoder.h"

#include "http/h2/hpack/huffman.h"
#include "http/h2/hpack/integer.h"
#include "http/h2/hpack/static_table.h"

namespace weft::http::h2::hpack {

bool Decoder::decode(std::string_view section, FieldSink& sink) {
  at_ = reinterpret_cast<Cursor>(section.data());
  end_ = at_ + section.size();
  // Size updates stand at the begin of a section and nowhere else (RFC 7541 4.2).
  while (at_ != end_ && (*at_ & 0xe0) == 0x20) {
    if (!decode_size_update()) return false;
  }
  while (at_ != end_) {
    const unsigned char first = *at_;
    bool is_good = false;
    if ((first & 0x80) != 0) {
      is_good = decode_indexed(sink);
    } else if ((first & 0x40) != 0) {
      is_good = decode_literal(sink, 6, true, Indexing::allowed);
    } else if ((first & 0x20) == 0) {
      is_good = decode_literal(sink, 4, false, (first & 0x10) != 0 ? Indexing::never : Indexing::allowed);
    }
    if (!is_good) return false;
  }
  return true;
}

bool Decoder::decode_size_update() {
  uint32_t size = 0;
  if (!read_integer(at_, end_, 5, size) || size > table_size_max_) return false;
  table_.resize(size);
  return true;
}

bool Decoder::decode_indexed(FieldSink& sink) {
  uint32_t index = 0;
  if (!read_integer(at_, end_, 7, index) || index == 0) return false;
  if (index <= kStaticEntries) {
    const StaticEntry& entry = kStaticTable[index - 1];
    sink.on_field({entry.name, entry.value, entry.kind});
    return true;
  }
  const uint32_t age = index - kStaticEntries - 1;
  if (age >= table_.count()) return false;
  const DynamicTable::Entry entry = table_[table_.inserted() - 1 - age];
  sink.on_field({entry.name, entry.value, entry.kind});
  return true;
}

bool Decoder::decode_literal(FieldSink& sink, int prefix, bool is_inserted, Indexing indexing) {
  strings_.clear();
  std::string_view name;
  std::string_view value;
  FieldKind kind;
  if (!read_name(prefix, name, kind)) return false;
  const size_t held = strings_.size();
  const char* const strings = strings_.readable().data();
  if (!read_string(value)) return false;
  // A decoded value may have moved the name that lies in front of it.
  if (held > 0 && name.data() == strings) name = strings_.readable().substr(0, held);
  kind = kind_of(kind, value);
  sink.on_field({name, value, kind, indexing});
  if (is_inserted) table_.insert(name, value, kind);
  return true;
}

// A name that lies in the dynamic table is copied: inserting the field may evict it (RFC 7541 4.4).
bool Decoder::read_name(int prefix, std::string_view& name, FieldKind& kind) {
  uint32_t index = 0;
  if (!read_integer(at_, end_, prefix, index)) return false;
  if (index == 0) {
    if (!read_string(name)) return false;
    kind = kind_of(name, {});
    return true;
  }
  if (index <= kStaticEntries) {
    name = kStaticTable[index - 1].name;
    kind = kStaticTable[index - 1].kind;
    return true;
  }
  const uint32_t age = index - kStaticEntries - 1;
  if (age >= table_.count()) return false;
  const DynamicTable::Entry entry = table_[table_.inserted() - 1 - age];
  strings_.append(entry.name);
  name = strings_.readable();
  kind = entry.kind;
  return true;
}

// A string that is not Huffman-coded is read where it lies.
bool Decoder::read_string(std::string_view& text) {
  if (at_ == end_) return false;
  const bool is_coded = (*at_ & 0x80) != 0;
  uint32_t size = 0;
  if (!read_integer(at_, end_, 7, size) || size > static_cast<size_t>(end_ - at_)) return false;
  const std::string_view raw(reinterpret_cast<const char*>(at_), size);
  at_ += size;
  text = raw;
  if (!is_coded) return true;
  const size_t before = strings_.size();
  if (!huffman_decode(raw, strings_)) return false;
  text = strings_.readable().substr(before);
  return true;
}

}  // namespace weft::http::h2::hpack
