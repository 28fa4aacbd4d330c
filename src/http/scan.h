// Byte scanners of the parsers: 16 bytes a step with SSE2 (part of every x86-64), one byte a step elsewhere
// and at the end of the input. Each returns the first byte that does not belong, or `end`.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace weft::http {

// tchar of RFC 9110 5.6.2.
constexpr std::array<bool, 256> make_token_table() {
  std::array<bool, 256> table{};
  for (const char c : {'!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~'})
    table[static_cast<size_t>(c)] = true;
  for (size_t c = '0'; c <= '9'; ++c) table[c] = true;
  for (size_t c = 'a'; c <= 'z'; ++c) table[c] = table[c - 32] = true;
  return table;
}
inline constexpr auto kToken = make_token_table();

inline bool is_token(char c) {
  return kToken[static_cast<unsigned char>(c)];
}

// Field value bytes: TAB, SP, visible ASCII and 0x80-0xff (RFC 9110 5.5).
inline bool is_value_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
}

// Request target bytes: visible ASCII; 0x80-0xff pass as opaque, as clients do send them.
inline bool is_target_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte != 0x7f;
}

#if defined(__SSE2__)
// All ones where a byte is in [low, high]; bytes above 0x7f never are.
inline __m128i in_range(__m128i bytes, char low, char high) {
  return _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8(static_cast<char>(low - 1))),
                       _mm_cmplt_epi8(bytes, _mm_set1_epi8(static_cast<char>(high + 1))));
}

// All ones where a byte is a control character: 0x00-0x1f or 0x7f.
inline __m128i control(__m128i bytes) {
  return _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes),
                      _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f)));
}

inline __m128i load16(const char* at) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}
#endif

inline const char* scan_token(const char* at, const char* end) {
#if defined(__SSE2__)
  while (end - at >= 16) {
    const __m128i bytes = load16(at);
    const __m128i letters = in_range(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 'z');
    const __m128i digits = in_range(bytes, '0', '9');
    const __m128i dash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('-'));
    const int good = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(letters, digits), dash));
    if (good == 0xffff) {
      at += 16;
      continue;
    }
    at += std::countr_one(static_cast<unsigned>(good));
    if (!is_token(*at)) return at;  // rare token bytes ('_', '.', ...) are taken one by one
    ++at;
  }
#endif
  while (at != end && is_token(*at)) ++at;
  return at;
}

inline const char* scan_value(const char* at, const char* end) {
#if defined(__SSE2__)
  while (end - at >= 16) {
    const __m128i bytes = load16(at);
    const __m128i bad = _mm_andnot_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\t')), control(bytes));
    const int mask = _mm_movemask_epi8(bad);
    if (mask != 0) return at + std::countr_zero(static_cast<unsigned>(mask));
    at += 16;
  }
#endif
  while (at != end && is_value_byte(*at)) ++at;
  return at;
}

inline const char* scan_target(const char* at, const char* end) {
#if defined(__SSE2__)
  while (end - at >= 16) {
    const __m128i bytes = load16(at);
    const __m128i bad = _mm_or_si128(control(bytes), _mm_cmpeq_epi8(bytes, _mm_set1_epi8(' ')));
    const int mask = _mm_movemask_epi8(bad);
    if (mask != 0) return at + std::countr_zero(static_cast<unsigned>(mask));
    at += 16;
  }
#endif
  while (at != end && is_target_byte(*at)) ++at;
  return at;
}

}  // namespace weft::http
