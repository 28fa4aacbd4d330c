// LogWish: which part of a container's log a client asks for, as kubectl logs does.
#pragma once

#include <optional>

#include "control/apiserver/call.h"

namespace weft::control {

// The query of pods/NAME/log. A value.
struct LogWish {
  std::string container;  // empty: the only one
  bool follows = false;
  bool is_of_previous_run = false;
  bool has_timestamps = false;
  std::optional<uint64_t> lines_max;  // the last ones
  std::optional<uint64_t> bytes_max;
  std::optional<WallTime> since;
};

// Fails (400) on what is no number or time, and on two beginnings.
Reply<LogWish> read_log_wish(const Query& query, WallTime now);

}  // namespace weft::control
