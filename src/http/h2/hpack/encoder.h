// Encoder: one direction's HPACK state at the sender (RFC 7541). Fields in, a field section out.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/byte_buffer.h"
#include "http/h2/hpack/dynamic_table.h"
#include "http/h2/hpack/field.h"

namespace weft::http::h2::hpack {

// Held by a connection. A field enters the table when it is met a second time, so that what differs in every message
// (ids, dates) never displaces what repeats. Secrets never enter it (RFC 7541 7.1.3). Strings are Huffman-coded when
// they enter the table, which they do once; elsewhere the peer's time and ours are worth more than the few bytes.
class Encoder {
 public:
  // However much a peer allows, its table costs our memory, too.
  static constexpr uint32_t kTableSizeMax = 4096;

  // What the peer allows: its SETTINGS_HEADER_TABLE_SIZE. Takes effect with the next section.
  void limit_table(uint32_t size_max);

  // Begins a section; then its fields follow, pseudo ones first.
  void begin(ByteBuffer& out);
  // `which` is not unknown or none.
  void add(ByteBuffer& out, Pseudo which, std::string_view value);
  // The field lies in a Headers object.
  void add(ByteBuffer& out, const Field& field);

  const DynamicTable& table() const { return table_; }

 private:
  // What a name is found by: a small number for names that are known, a hash for others.
  struct Name {
    std::string_view text;
    uint8_t key;
    uint8_t static_index;  // of an entry with this name; 0: none
    FieldKind kind;
  };
  static constexpr size_t kSlots = 128;

  static Name name_of_pseudo(Pseudo which);
  static Name name_of_field(const Field& field);
  void add(ByteBuffer& out, const Name& name, std::string_view value, Indexing indexing);
  uint32_t find(const Name& name, std::string_view value, uint32_t hash) const;
  uint32_t find_name(const Name& name) const;
  bool is_met_again(uint32_t hash);
  void insert(const Name& name, std::string_view value, uint32_t hash);
  uint32_t index_of(uint32_t number) const;
  bool is_live(uint32_t number) const { return static_cast<uint32_t>(table_.inserted()) - number - 1 < table_.count(); }

  DynamicTable table_{kTableSizeMax};
  // Numbers of the newest entries by hash of the whole field and by key of the name. Stale ones are found out by
  // looking.
  std::array<uint32_t, kSlots> fields_{};
  std::array<uint32_t, kSlots> names_{};
  std::array<uint16_t, kSlots> met_{};      // hashes of fields met last
  uint32_t size_smallest_ = kTableSizeMax;  // since the last section
  bool has_size_update_ = false;
};

}  // namespace weft::http::h2::hpack
