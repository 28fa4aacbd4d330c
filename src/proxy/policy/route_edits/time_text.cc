#include "proxy/policy/route_edits/time_text.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <ctime>

namespace weft::proxy {
namespace {

constexpr std::string_view kUsual = "%Y-%m-%dT%H:%M:%E3SZ";
constexpr size_t kNanosecondDigits = 9;

bool is_digit_count(char c) {
  return c >= '1' && c <= '9';
}

// "042" of 42,123,456 ns and three digits.
std::string fraction(uint64_t nanoseconds, size_t digits) {
  const std::string all = std::to_string(1'000'000'000 + nanoseconds);  // with a 1 in front
  return all.substr(1, digits);
}

// Replaces what strftime() does not know.
std::string without_extensions(std::string_view format, int64_t seconds, uint64_t nanoseconds) {
  std::string plain;
  for (size_t at = 0; at < format.size(); ++at) {
    const std::string_view rest = format.substr(at);
    if (rest.starts_with("%%")) {
      plain += "%%";
      at += 1;
    } else if (rest.starts_with("%s")) {
      plain += std::to_string(seconds);
      at += 1;
    } else if (rest.starts_with("%f")) {
      plain += fraction(nanoseconds, kNanosecondDigits);
      at += 1;
    } else if (rest.size() > 2 && rest[0] == '%' && is_digit_count(rest[1]) && rest[2] == 'f') {
      plain += fraction(nanoseconds, static_cast<size_t>(rest[1] - '0'));
      at += 2;
    } else if (rest.size() > 3 && rest.starts_with("%E") && is_digit_count(rest[2]) && rest[3] == 'S') {
      plain += "%S." + fraction(nanoseconds, static_cast<size_t>(rest[2] - '0'));
      at += 3;
    } else {
      plain += rest[0];
    }
  }
  return plain;
}

}  // namespace

std::string time_text(WallTime time, std::string_view format) {
  const auto since = std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch());
  const auto whole = std::chrono::floor<std::chrono::seconds>(since);
  const std::time_t second = whole.count();
  const std::string plain = without_extensions(format.empty() ? kUsual : format, whole.count(),
                                               static_cast<uint64_t>((since - whole).count()));
  std::tm parts{};
  gmtime_r(&second, &parts);
  std::array<char, 512> text{};
  return {text.data(), std::strftime(text.data(), text.size(), plain.c_str(), &parts)};
}

}  // namespace weft::proxy
