// Bytes in lower-case hexadecimal digits.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <string>

namespace weft {

// The eight digits of a number, the highest first. All at once: a request's id is made of four.
inline std::array<char, 8> hex_digits(uint32_t number) {
  constexpr uint64_t kEach = 0x0101010101010101;
  uint64_t nibbles = number;  // spread to one in each byte
  nibbles = (nibbles | nibbles << 16) & 0x0000ffff0000ffff;
  nibbles = (nibbles | nibbles << 8) & 0x00ff00ff00ff00ff;
  nibbles = (nibbles | nibbles << 4) & 0x0f0f0f0f0f0f0f0f;
  const uint64_t is_letter = ((nibbles + kEach * 6) >> 4) & kEach;
  const uint64_t text = nibbles + kEach * '0' + is_letter * ('a' - '0' - 10);
  static_assert(std::endian::native == std::endian::little);
  return std::bit_cast<std::array<char, 8>>(__builtin_bswap64(text));
}

inline std::string to_hex(std::span<const unsigned char> bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const unsigned char byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace weft
