// LogText: what is sent of a log: its bytes, with times before its lines where they are asked for, up to a number of
// bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pod_logs/line_times.h"

namespace weft::control {

// For one stream, in order. `times` outlives it; null: without times.
class LogText {
 public:
  LogText(const pod_logs::LineTimes* times, std::optional<uint64_t> bytes_max)
      : times_(times), left_(bytes_max.value_or(UINT64_MAX)) {}

  // The next piece, which begins at `offset` of the log.
  std::string next(uint64_t offset, std::string_view piece);
  // As many bytes as are wanted.
  bool is_full() const { return left_ == 0; }
  // The log goes on in another file, whose times these are.
  void go_on_with(const pod_logs::LineTimes* times);

 private:
  const pod_logs::LineTimes* times_;
  uint64_t left_;
  bool is_within_line_ = false;
};

}  // namespace weft::control
