// Small text functions on string_view: ASCII only, no locale, no allocation unless the result says so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft {

constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
std::string to_lower(std::string_view text);

// ASCII letters compared without case, as header names and host names are (RFC 9110 5.1, RFC 4343).
bool equal_ignoring_case(std::string_view a, std::string_view b);

std::string_view trim(std::string_view text);

// The parts between separators; an empty text has one empty part. Views into `text`.
std::vector<std::string_view> split(std::string_view text, char separator);

// A plain decimal number without sign or spaces that fits; nothing otherwise.
std::optional<uint64_t> parse_unsigned(std::string_view text);

// The candidate with the smallest edit distance to `word`, if it is near enough to be a likely slip of the pen
// (at most a third of the word's length, and never more than 3). For "did you mean".
std::optional<std::string_view> nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace weft
