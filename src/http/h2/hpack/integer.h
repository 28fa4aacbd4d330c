// Integers with a prefix of some bits (RFC 7541 5.1). Pure.
#pragma once

#include <cstdint>

namespace weft::http::h2::hpack {

// As far as integers go here: indexes, string lengths and table sizes stay far below.
inline constexpr uint32_t kIntegerMax = 1u << 28;
inline constexpr int kIntegerBytesMax = 6;

// Reads the integer whose prefix are the low `prefix` bits of *at; the caller has looked at the bits above. Moves `at`
// behind it. false: it does not end, or passes the maximum.
inline bool read_integer(const unsigned char*& at, const unsigned char* end, int prefix, uint32_t& value) {
  if (at == end) return false;
  const uint32_t mask = (1u << prefix) - 1;
  value = *at++ & mask;
  if (value < mask) return true;
  for (int shift = 0; at != end && shift <= 28; shift += 7) {
    const unsigned char byte = *at++;
    const uint64_t sum = value + (static_cast<uint64_t>(byte & 0x7f) << shift);
    if (sum > kIntegerMax) return false;
    value = static_cast<uint32_t>(sum);
    if ((byte & 0x80) == 0) return true;
  }
  return false;
}

// Writes it at `out`, `flags` above the prefix; at most kIntegerBytesMax bytes. Says where it ends.
inline char* write_integer(char* out, uint8_t flags, int prefix, uint32_t value) {
  const uint32_t mask = (1u << prefix) - 1;
  if (value < mask) {
    *out++ = static_cast<char>(flags | value);
    return out;
  }
  *out++ = static_cast<char>(flags | mask);
  for (value -= mask; value >= 0x80; value >>= 7) *out++ = static_cast<char>(value | 0x80);
  *out++ = static_cast<char>(value);
  return out;
}

}  // namespace weft::http::h2::hpack
