#include "http/authority.h"

#include <algorithm>
#include <array>

namespace weft::http {
namespace {

// Letters, digits and the rest of RFC 3986's host and port, without "@" (user info) and with brackets for IPv6 checked
// apart. "%" would be percent-encoding or an IPv6 zone id; no host name that anyone routes by has it.
constexpr auto kHostByte = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("-._~!$&'()*+,;=:[]")) table[static_cast<size_t>(c)] = true;
  for (size_t c = '0'; c <= '9'; ++c) table[c] = true;
  for (size_t c = 'a'; c <= 'z'; ++c) table[c] = table[c - 32] = true;
  return table;
}();

bool is_host_byte(char c) {
  return kHostByte[static_cast<unsigned char>(c)];
}

}  // namespace

bool is_authority(std::string_view text) {
  if (text.empty() || !std::ranges::all_of(text, is_host_byte)) return false;
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == text.npos) return false;
    text.remove_prefix(close + 1);
    if (!text.empty() && text.front() != ':') return false;
  } else if (text.find_first_of("[]") != text.npos) {
    return false;
  } else {
    text.remove_prefix(std::min(text.find(':'), text.size()));
  }
  // What is left is empty or ":port"; an empty port is allowed (RFC 3986 3.2.3).
  return text.find_first_not_of("0123456789", 1) == text.npos && text.size() <= 6;
}

}  // namespace weft::http
