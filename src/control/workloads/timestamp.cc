#include "control/workloads/timestamp.h"

#include <ctime>

#include <fmt/format.h>

namespace weft::control {

std::string timestamp(WallTime time) {
  const std::time_t seconds =
      std::chrono::system_clock::to_time_t(std::chrono::time_point_cast<std::chrono::system_clock::duration>(time));
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::optional<WallTime> parse_timestamp(std::string_view text) {
  const std::string copy(text);
  std::tm parts{};
  const char* rest = strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr || !copy.ends_with('Z')) return std::nullopt;
  const bool only_fraction_left = *rest == 'Z' || *rest == '.';
  if (!only_fraction_left) return std::nullopt;
  return WallTime(std::chrono::seconds(timegm(&parts)));
}

}  // namespace weft::control
