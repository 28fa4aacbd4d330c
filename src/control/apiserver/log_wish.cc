#include "control/apiserver/log_wish.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "control/workloads/timestamp.h"

namespace weft::control {
namespace {

// Longer ago than this there was no log; more would overflow.
constexpr uint64_t kSecondsMax = uint64_t{100} * 365 * 24 * 3600;

Reply<std::optional<uint64_t>> number(const Query& query, std::string_view name) {
  if (query.get(name).empty()) return std::nullopt;
  const auto value = query.number(name);
  if (!value) return refuse(bad_request(fmt::format("{} must be a number, not \"{}\"", name, query.get(name))));
  return value;
}

Reply<std::optional<WallTime>> beginning(const Query& query, WallTime now) {
  WEFT_TRY(const auto seconds, number(query, "sinceSeconds"));
  const std::string_view time = query.get("sinceTime");
  if (seconds && !time.empty()) return refuse(bad_request("at most one of sinceTime and sinceSeconds may be given"));
  if (seconds) return now - std::chrono::seconds(std::min(*seconds, kSecondsMax));
  if (time.empty()) return std::nullopt;
  const auto read = parse_timestamp(time);
  if (!read) return refuse(bad_request(fmt::format("sinceTime must be a time of RFC 3339, not \"{}\"", time)));
  return read;
}

}  // namespace

Reply<LogWish> read_log_wish(const Query& query, WallTime now) {
  LogWish wish{.container = std::string(query.get("container")),
               .follows = query.is_true("follow"),
               .is_of_previous_run = query.is_true("previous"),
               .has_timestamps = query.is_true("timestamps")};
  WEFT_TRY(wish.lines_max, number(query, "tailLines"));
  WEFT_TRY(wish.bytes_max, number(query, "limitBytes"));
  WEFT_TRY(wish.since, beginning(query, now));
  return wish;
}

}  // namespace weft::control
