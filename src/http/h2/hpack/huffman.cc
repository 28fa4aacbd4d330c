#include "http/h2/hpack/huffman.h"

#include <array>

#include "http/h2/hpack/huffman_code.h"

namespace weft::http::h2::hpack {
namespace {

// The symbol that a byte's worth of bits begins with, for codes that fit: they cover what headers are made of.
struct ShortCode {
  uint8_t symbol = 0;
  uint8_t length = 0;  // 0: the code is longer
};

constexpr std::array<ShortCode, 256> kShortCodes = [] {
  std::array<ShortCode, 256> table{};
  for (size_t symbol = 0; symbol < 256; ++symbol) {
    const uint8_t length = kCodeLengths[symbol];
    if (length > 8) continue;
    const size_t first = kCodes[symbol] << (8 - length);
    for (size_t rest = 0; rest < (size_t{1} << (8 - length)); ++rest)
      table[first + rest] = {static_cast<uint8_t>(symbol), length};
  }
  return table;
}();

// The codes of one length: those from `begin` on, left-aligned in 32 bits, up to `end`.
struct LongCodes {
  uint32_t begin = 0;
  uint64_t end = 0;
  uint16_t first_symbol = 0;  // in kSymbolsByCode
};

constexpr std::array<uint16_t, kSymbols> kSymbolsByCode = [] {
  std::array<uint16_t, kSymbols> symbols{};
  size_t count = 0;
  for (int length = kShortestCode; length <= kLongestCode; ++length) {
    for (size_t symbol = 0; symbol < kSymbols; ++symbol) {
      if (kCodeLengths[symbol] == length) symbols[count++] = static_cast<uint16_t>(symbol);
    }
  }
  return symbols;
}();

constexpr std::array<LongCodes, kLongestCode + 1> kLongCodes = [] {
  std::array<LongCodes, kLongestCode + 1> table{};
  uint64_t end = 0;
  for (size_t at = 0; at < kSymbols; ++at) {
    const uint16_t symbol = kSymbolsByCode[at];
    const uint8_t length = kCodeLengths[symbol];
    LongCodes& codes = table[length];
    const uint32_t aligned = kCodes[symbol] << (32 - length);
    if (codes.end == 0) codes = {aligned, 0, static_cast<uint16_t>(at)};
    codes.end = end = uint64_t{aligned} + (uint64_t{1} << (32 - length));
  }
  for (LongCodes& codes : table) {
    if (codes.end == 0) codes.end = codes.begin;  // no code has this length
  }
  return table;
}();

// Finds the code that `bits` begin with, one of more than 8 bits.
struct Found {
  uint16_t symbol;
  int length;
};
Found find_long(uint32_t bits) {
  for (int length = 10; length < kLongestCode; ++length) {
    const LongCodes& codes = kLongCodes[static_cast<size_t>(length)];
    if (bits >= codes.begin && bits < codes.end)
      return {kSymbolsByCode[codes.first_symbol + ((bits - codes.begin) >> (32 - length))], length};
  }
  const LongCodes& codes = kLongCodes[kLongestCode];
  return {kSymbolsByCode[codes.first_symbol + ((bits - codes.begin) >> (32 - kLongestCode))], kLongestCode};
}

}  // namespace

bool huffman_decode(std::string_view coded, ByteBuffer& out) {
  char* const begin = out.reserve(coded.size() * 8 / kShortestCode + 1).data();
  char* to = begin;
  const auto* at = reinterpret_cast<const unsigned char*>(coded.data());
  const auto* const end = at + coded.size();
  uint64_t bits = 0;  // the next ones, left-aligned
  int held = 0;
  for (;;) {
    for (; held <= 56 && at != end; held += 8) bits |= uint64_t{*at++} << (56 - held);
    const ShortCode code = kShortCodes[bits >> 56];
    Found found{code.symbol, code.length};
    if (code.length == 0) found = find_long(static_cast<uint32_t>(bits >> 32));
    if (found.length > held) break;
    if (found.symbol == kEndOfString) return false;
    *to++ = static_cast<char>(found.symbol);
    bits <<= found.length;
    held -= found.length;
  }
  out.commit(static_cast<size_t>(to - begin));
  return held < 8 && bits == ~(~uint64_t{0} >> held);
}

size_t huffman_size(std::string_view text) {
  size_t bits = 0;
  for (const char c : text) bits += kCodeLengths[static_cast<unsigned char>(c)];
  return (bits + 7) / 8;
}

char* huffman_encode(std::string_view text, char* out) {
  uint64_t bits = 0;  // the last `held` ones
  int held = 0;
  for (const char c : text) {
    const auto symbol = static_cast<unsigned char>(c);
    bits = bits << kCodeLengths[symbol] | kCodes[symbol];
    for (held += kCodeLengths[symbol]; held >= 8; held -= 8) *out++ = static_cast<char>(bits >> (held - 8));
  }
  if (held > 0) *out++ = static_cast<char>(bits << (8 - held) | (0xffu >> held));
  return out;
}

}  // namespace weft::http::h2::hpack
