#include "api/yaml_scalar.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace weft::api {
namespace {

// YAML 1.1's booleans, in the three spellings of case it allows; "y" and "n", too.
std::optional<bool> as_boolean(std::string_view text) {
  constexpr std::string_view kTrue[] = {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y"};
  constexpr std::string_view kFalse[] = {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N"};
  if (std::ranges::find(kTrue, text) != std::end(kTrue)) return true;
  if (std::ranges::find(kFalse, text) != std::end(kFalse)) return false;
  return std::nullopt;
}

bool is_null(std::string_view text) {
  constexpr std::string_view kNull[] = {"", "~", "null", "Null", "NULL"};
  return std::ranges::find(kNull, text) != std::end(kNull);
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// The base that a number's prefix names, as Go's ParseInt with base 0; the prefix is taken off.
int take_base(std::string_view& digits) {
  if (digits.size() < 2 || digits[0] != '0') return 10;
  const char letter = static_cast<char>(digits[1] | 0x20);
  const int base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
  digits.remove_prefix(base == 0 ? 1 : 2);
  return base == 0 ? 8 : base;
}

// An integer in any base as decimal text; nothing if it is none or does not fit 64 bits.
std::optional<std::string> as_integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  std::string_view digits = text.substr(negative || text.starts_with('+') ? 1 : 0);
  const int base = take_base(digits);
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  if (!negative) return std::to_string(value);
  if (value > uint64_t{1} << 63) return std::nullopt;
  return value == 0 ? "0" : "-" + std::to_string(value);
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool is_float(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const size_t exponent = text.find_first_of("eE");
  if (exponent != std::string_view::npos) {
    std::string_view power = text.substr(exponent + 1);
    if (power.starts_with('-') || power.starts_with('+')) power.remove_prefix(1);
    if (!all_digits(power)) return false;
    text = text.substr(0, exponent);
  }
  const size_t dot = text.find('.');
  if (dot == std::string_view::npos) return all_digits(text);
  const std::string_view whole = text.substr(0, dot), part = text.substr(dot + 1);
  if (whole.empty()) return all_digits(part);
  return all_digits(whole) && (part.empty() || all_digits(part));
}

}  // namespace

PlainScalar type_plain_scalar(std::string_view written) {
  if (is_null(written)) return {Node::Kind::null, ""};
  if (const auto truth = as_boolean(written)) return {Node::Kind::boolean, *truth ? "true" : "false"};
  const char first = written.front();
  if (first != '-' && first != '+' && first != '.' && (first < '0' || first > '9')) {
    return {Node::Kind::string, std::string(written)};
  }
  std::string plain(written);
  if (first != '.') std::erase(plain, '_');
  if (auto integer = as_integer(plain)) return {Node::Kind::integer, std::move(*integer)};
  if (is_float(plain)) return {Node::Kind::number, std::move(plain)};
  return {Node::Kind::string, std::string(written)};
}

bool needs_quotes(std::string_view text) {
  if (type_plain_scalar(text).kind != Node::Kind::string) return true;
  if (text.front() == ' ' || text.back() == ' ' || text.back() == ':') return true;
  if (std::string_view("!&*-?|>@`%{}[],#:'\"=.<").find(text.front()) != std::string_view::npos) return true;
  if (text.find(": ") != std::string_view::npos || text.find(" #") != std::string_view::npos) return true;
  if (text.find_first_of("{}[],") != std::string_view::npos) return true;
  // Times would be read as times elsewhere, though not by us.
  if (text.size() > 4 && text[4] == '-' && all_digits(text.substr(0, 4))) return true;
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace weft::api
