#include "model/image_key.h"

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

}  // namespace weft::model
