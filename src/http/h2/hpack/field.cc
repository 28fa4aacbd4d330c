#include "http/h2/hpack/field.h"

#include <limits>

#include "http/scan.h"

namespace weft::http::h2::hpack {
namespace {

Pseudo pseudo_of(std::string_view name) {
  if (name == ":authority") return Pseudo::authority;
  if (name == ":method") return Pseudo::method;
  if (name == ":path") return Pseudo::path;
  if (name == ":protocol") return Pseudo::protocol;
  if (name == ":scheme") return Pseudo::scheme;
  if (name == ":status") return Pseudo::status;
  return Pseudo::unknown;
}

// A token in lower case. One that passes what Headers can hold passes every limit.
bool is_name(std::string_view name) {
  if (name.empty() || name.size() > std::numeric_limits<uint16_t>::max()) return false;
  if (scan_token(name.data(), name.data() + name.size()) != name.data() + name.size()) return false;
  bool is_lower = true;
  for (const char c : name) is_lower &= static_cast<unsigned char>(c - 'A') >= 26;
  return is_lower;
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

// No control character, and no blank at either end (RFC 9113 8.2.1).
bool is_value(std::string_view value) {
  if (value.empty()) return true;
  if (is_blank(value.front()) || is_blank(value.back())) return false;
  return scan_value(value.data(), value.data() + value.size()) == value.data() + value.size();
}

}  // namespace

FieldKind kind_of(FieldKind name, std::string_view value) {
  if (name.flaw != Flaw::name) name.flaw = is_value(value) ? Flaw::none : Flaw::value;
  return name;
}

FieldKind kind_of(std::string_view name, std::string_view value) {
  if (name.starts_with(':')) return kind_of({HeaderId::other, pseudo_of(name), Flaw::none}, value);
  if (!is_name(name)) return {HeaderId::other, Pseudo::none, Flaw::name};
  return kind_of({header_id(name), Pseudo::none, Flaw::none}, value);
}

}  // namespace weft::http::h2::hpack
