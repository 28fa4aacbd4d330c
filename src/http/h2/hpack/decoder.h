// Decoder: one direction's HPACK state at the receiver (RFC 7541). Field sections in, fields out.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/byte_buffer.h"
#include "http/h2/hpack/dynamic_table.h"
#include "http/h2/hpack/field.h"

namespace weft::http::h2::hpack {

// Held by a connection. Every section has to pass through, also those of refused streams, or the state is lost. Does
// not limit what a section decodes to: the sink does, before it keeps anything.
class Decoder {
 public:
  // What was announced as SETTINGS_HEADER_TABLE_SIZE; 4,096 is the protocol's default.
  explicit Decoder(uint32_t table_size_max = 4096) : table_(table_size_max), table_size_max_(table_size_max) {}

  // Hands the fields of a whole section to the sink. false: it is no HPACK, a COMPRESSION_ERROR of the connection; the
  // decoder is of no more use.
  bool decode(std::string_view section, FieldSink& sink);

  // Gives back what was needed for decoding strings; for idle connections.
  void release_memory() {
    strings_.clear();
    strings_.release();
  }

  const DynamicTable& table() const { return table_; }

 private:
  using Cursor = const unsigned char*;

  bool decode_indexed(FieldSink& sink);
  bool decode_literal(FieldSink& sink, int prefix, bool is_inserted, Indexing indexing);
  bool decode_size_update();
  bool read_string(std::string_view& text);
  bool read_name(int prefix, std::string_view& name, FieldKind& kind);

  DynamicTable table_;
  uint32_t table_size_max_;
  Cursor at_ = nullptr;
  Cursor end_ = nullptr;
  ByteBuffer strings_;  // of the field that is being decoded
};

}  // namespace weft::http::h2::hpack
