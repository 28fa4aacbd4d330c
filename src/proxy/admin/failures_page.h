// The page /why: what failed lately, as JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "telemetry/failure_log.h"

namespace weft::proxy {

// Which failures: those whose request id begins with `id` (empty: any), and of them the newest `last`.
struct WantedFailures {
  std::string_view id;
  size_t last = telemetry::FailureLog::kRecordsMax;
};

// {"failures": [...]}, the newest first.
std::string failures_json(std::vector<telemetry::FailureRecord> failures, const WantedFailures& wanted);

}  // namespace weft::proxy
