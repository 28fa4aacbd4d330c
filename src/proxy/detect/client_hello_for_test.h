// TLS hellos for tests, field by field.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weft::proxy {

inline std::string number_of(size_t value, int width) {
  std::string bytes;
  for (int at = width - 1; at >= 0; --at) bytes += static_cast<char>(value >> (8 * at) & 0xff);
  return bytes;
}
// A field behind its own length of `width` bytes.
inline std::string sized(int width, std::string_view content) {
  return number_of(content.size(), width) + std::string(content);
}

inline std::string extension(size_t type, std::string_view content) {
  return number_of(type, 2) + sized(2, content);
}
inline std::string server_name_extension(std::string_view name) {
  return extension(0, sized(2, std::string(1, '\0') + sized(2, name)));
}
inline std::string alpn_extension(const std::vector<std::string_view>& names) {
  std::string list;
  for (const auto name : names) list += sized(1, name);
  return extension(16, sized(2, list));
}

// The handshake message with these extensions.
inline std::string hello_message(std::string_view extensions) {
  const std::string body = "\x03\x03" + std::string(32, 'r') + sized(1, std::string(32, 's')) +
                           sized(2, "\x13\x01\x13\x02") + sized(1, std::string(1, '\0')) + sized(2, extensions);
  return "\x01" + sized(3, body);
}
inline std::string record(std::string_view fragment) {
  return "\x16\x03\x01" + sized(2, fragment);
}
// A whole hello in one record.
inline std::string hello_with(std::string_view extensions) {
  return record(hello_message(extensions));
}

}  // namespace weft::proxy
