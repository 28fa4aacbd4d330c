#include "http/authority.h"

#include <algorithm>
#include <array>
#include <ranges>

namespace weft::http {
namespace {

// Letters, digits and the rest of RFC 3986's host and port, without "@" (user info) and with brackets for IPv6 checked
// apart. "%" would be percent-encoding or an IPv6 zone id; no host name that anyone routes by has it.
enum Kind : uint8_t { plain = 0, colon = 1, bracket = 2, alien = 4 };  // bits: a text's bytes are judged together

constexpr auto kKinds = [] {
  std::array<uint8_t, 256> table{};
  table.fill(alien);
  for (const char c : std::string_view("-._~!$&'()*+,;=")) table[static_cast<size_t>(c)] = plain;
  table[':'] = colon;
  table['['] = table[']'] = bracket;
  for (size_t c = '0'; c <= '9'; ++c) table[c] = plain;
  for (size_t c = 'a'; c <= 'z'; ++c) table[c] = table[c - 32] = plain;
  return table;
}();

// What kinds of bytes there are in it.
uint8_t kinds_in(std::string_view text) {
  uint8_t kinds = plain;
  for (const char c : text) kinds |= kKinds[static_cast<unsigned char>(c)];
  return kinds;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

bool is_authority(std::string_view text) {
  const uint8_t kinds = kinds_in(text);
  if (text.empty() || (kinds & alien) != 0) return false;
  if (kinds == plain) return true;
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == text.npos) return false;
    text.remove_prefix(close + 1);
    if (!text.empty() && text.front() != ':') return false;
  } else if ((kinds & bracket) != 0) {
    return false;
  } else {
    text.remove_prefix(std::min(text.find(':'), text.size()));
  }
  // What is left is empty or ":port"; an empty port is allowed (RFC 3986 3.2.3).
  return text.size() <= 6 && std::ranges::all_of(text | std::views::drop(1), is_digit);
}

}  // namespace weft::http
