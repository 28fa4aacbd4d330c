#include "api/duration_text.h"

#include <array>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

namespace weft::api {
namespace {

struct Unit {
  std::string_view name;
  int64_t nanoseconds;
};
constexpr std::array<Unit, 8> kUnits = {{{"h", 3'600'000'000'000},
                                         {"m", 60'000'000'000},
                                         {"s", 1'000'000'000},
                                         {"ms", 1'000'000},
                                         {"us", 1'000},
                                         {"\u00b5s", 1'000},
                                         {"\u03bcs", 1'000},
                                         {"ns", 1}}};

bool is_number_part(char c) {
  return (c >= '0' && c <= '9') || c == '.';
}

// "1.5" in nanoseconds of one unit. long double holds 2^63 exactly on the machines we build for.
std::optional<long double> scaled(std::string_view number, int64_t nanoseconds) {
  const size_t dot = number.find('.');
  if (number.empty() || number == "." ||
      (dot != std::string_view::npos && number.find('.', dot + 1) != std::string_view::npos)) {
    return std::nullopt;
  }
  return std::strtold(std::string(number).c_str(), nullptr) * static_cast<long double>(nanoseconds);
}

// Takes one number and unit off the front.
std::optional<long double> take_part(std::string_view& text) {
  size_t digits = 0;
  while (digits < text.size() && is_number_part(text[digits])) ++digits;
  size_t end = digits;
  while (end < text.size() && !is_number_part(text[end])) ++end;
  const std::string_view unit = text.substr(digits, end - digits);
  for (const Unit& known : kUnits) {
    if (known.name != unit) continue;
    const auto value = scaled(text.substr(0, digits), known.nanoseconds);
    text.remove_prefix(end);
    return value;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return Duration{};
  if (text.empty()) return std::nullopt;
  long double total = 0;
  while (!text.empty()) {
    const auto part = take_part(text);
    if (!part) return std::nullopt;
    total += *part;
  }
  if (total >= 9.2e18L) return std::nullopt;  // 292 years of nanoseconds in 64 bits
  const auto nanoseconds = static_cast<int64_t>(std::llroundl(total));
  return Duration(negative ? -nanoseconds : nanoseconds);
}

std::string print_duration(Duration duration) {
  const int64_t count = duration.count();
  const uint64_t magnitude = count < 0 ? ~static_cast<uint64_t>(count) + 1 : static_cast<uint64_t>(count);
  const std::string sign = count < 0 ? "-" : "";
  if (magnitude % 1'000'000'000 == 0) return fmt::format("{}{}s", sign, magnitude / 1'000'000'000);
  std::string decimals = fmt::format("{:09}", magnitude % 1'000'000'000);
  decimals.erase(decimals.find_last_not_of('0') + 1);
  return fmt::format("{}{}.{}s", sign, magnitude / 1'000'000'000, decimals);
}

}  // namespace weft::api
