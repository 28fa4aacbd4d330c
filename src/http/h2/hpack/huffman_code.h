// The Huffman code of HPACK (RFC 7541 appendix B). It is canonical: codes of one length follow one another in the order
// of their symbols, so the lengths say it all and the codes are computed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace weft::http::h2::hpack {

inline constexpr size_t kSymbols = 257;  // all bytes, and EOS
inline constexpr size_t kEndOfString = 256;
inline constexpr int kShortestCode = 5;
inline constexpr int kLongestCode = 30;

// clang-format off
inline constexpr std::array<uint8_t, kSymbols> kCodeLengths = {
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
  28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
   6, 10, 10, 12, 13,  6,  8, 11, 10, 10,  8, 11,  8,  6,  6,  6,
   5,  5,  5,  6,  6,  6,  6,  6,  6,  6,  7,  8, 15,  6, 12, 10,
  13,  6,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,
   7,  7,  7,  7,  7,  7,  7,  7,  8,  7,  8, 13, 19, 13, 14,  6,
  15,  5,  6,  5,  6,  5,  6,  6,  6,  5,  7,  7,  6,  6,  6,  5,
   6,  7,  6,  5,  5,  6,  7,  7,  7,  7,  7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
  24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
  21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
  19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
  26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
  30,
};
// clang-format on

inline constexpr std::array<uint32_t, kSymbols> kCodes = [] {
  std::array<uint32_t, kSymbols> codes{};
  uint32_t code = 0;
  for (int length = kShortestCode; length <= kLongestCode; ++length, code <<= 1) {
    for (size_t symbol = 0; symbol < kSymbols; ++symbol) {
      if (kCodeLengths[symbol] == length) codes[symbol] = code++;
    }
  }
  return codes;
}();
static_assert(kCodes['0'] == 0x0 && kCodes['a'] == 0x3 && kCodes['&'] == 0xf8 && kCodes[kEndOfString] == 0x3fffffff);

}  // namespace weft::http::h2::hpack
