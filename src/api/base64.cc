#include "api/base64.h"

#include <cstdint>

namespace weft::api {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// The six bits of a letter, or 64 for a letter that is none.
uint32_t bits_of(char c) {
  if (c == '-') c = '+';
  if (c == '_') c = '/';
  const size_t at = kAlphabet.find(c);
  return at == std::string_view::npos ? 64 : static_cast<uint32_t>(at);
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  uint32_t window = 0, filled = 0;
  for (const char c : text) {
    const uint32_t bits = bits_of(c);
    if (bits == 64) return std::nullopt;
    window = (window << 6) | bits;
    filled += 6;
    if (filled < 8) continue;
    filled -= 8;
    bytes += static_cast<char>((window >> filled) & 0xff);
  }
  return bytes;
}

std::string encode_base64(std::string_view bytes) {
  std::string text;
  for (size_t at = 0; at < bytes.size(); at += 3) {
    uint32_t window = 0;
    for (size_t i = 0; i < 3; ++i) {
      window = (window << 8) | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0);
    }
    for (size_t i = 0; i < 4; ++i) {
      const bool padding = at + i > bytes.size();
      text += padding ? '=' : kAlphabet[(window >> (18 - 6 * i)) & 63];
    }
  }
  return text;
}

}  // namespace weft::api
