#include "model/image_key.h"

#include <charconv>

namespace weft::model {
namespace {

constexpr bool stays(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

}  // namespace

std::string image_key(std::string_view image) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string key;
  for (const char c : image) {
    if (stays(c)) {
      key += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    key += '_';
    key += kDigits[byte >> 4];
    key += kDigits[byte & 15];
  }
  return key;
}

std::string image_of_key(std::string_view key) {
  std::string image;
  for (size_t at = 0; at < key.size(); ++at) {
    if (key[at] != '_') {
      image += key[at];
      continue;
    }
    const auto digits = key.substr(at + 1, 2);
    unsigned byte = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (digits.size() != 2 || read.ptr != digits.data() + 2) return std::string(key);
    image += static_cast<char>(byte);
    at += 2;
  }
  return image;
}

}  // namespace weft::model
