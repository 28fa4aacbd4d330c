// Numbers in network byte order, as frames and header blocks have them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weft::spdy {

inline void append_number(std::string& bytes, uint32_t number) {
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(number >> shift);
}

// The first four bytes; the caller has looked that they are there.
inline uint32_t number_in(std::string_view bytes) {
  uint32_t number = 0;
  for (const char c : bytes.substr(0, 4)) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

}  // namespace weft::spdy
