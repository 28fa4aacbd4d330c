// For tests of HPACK: bytes from hexadecimal text, and a sink that writes fields down.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/h2/hpack/field.h"

namespace weft::http::h2::hpack {

// "8286 84be" as bytes; blanks do not count.
inline std::string from_hex(std::string_view text) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string digits;
  for (const char c : text) {
    if (c != ' ') digits.push_back(c);
  }
  std::string bytes;
  for (size_t i = 0; i + 1 < digits.size(); i += 2)
    bytes.push_back(static_cast<char>(digit(digits[i]) << 4 | digit(digits[i + 1])));
  return bytes;
}

// Keeps every field as "name: value".
class FieldList final : public FieldSink {
 public:
  void on_field(const DecodedField& field) override {
    lines.push_back(std::string(field.name) + ": " + std::string(field.value));
    kinds.push_back(field.kind);
    indexing.push_back(field.indexing);
  }
  std::vector<std::string> lines;
  std::vector<FieldKind> kinds;
  std::vector<Indexing> indexing;
};

}  // namespace weft::http::h2::hpack
