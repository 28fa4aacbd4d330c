// AttemptLog: what became of the attempts of one exchange, for the failure log.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "proxy/balance/endpoint.h"
#include "proxy/connect/trouble.h"
#include "telemetry/failure_log.h"
#include "telemetry/response_flags.h"

namespace weft::proxy {

// One that failed, or was answered with an error or after another that had failed.
struct AttemptRecord {
  EndpointRef endpoint;  // null: none was chosen
  telemetry::ResponseFlags flags;
  uint16_t status = 0;  // 0: there was no response
  Trouble trouble = Trouble::none;
  Duration lasted{};
  std::optional<Duration> idle;  // for how long the connection had been idle; nothing: it was a new one
};

// Belongs to one exchange and keeps its memory for the next. An exchange that goes well at once leaves it empty.
class AttemptLog {
 public:
  void clear() {
    for (AttemptRecord& attempt : std::span(attempts_).first(size_)) attempt.endpoint = {};
    size_ = 0;
    not_retried = {};
    reason.clear();
    transport_failure.clear();
    details.clear();
  }

  // The first ones stay, and the last: how it began and how it ended.
  void add(AttemptRecord attempt) {
    if (size_ < attempts_.size()) ++size_;
    attempts_[size_ - 1] = std::move(attempt);
  }
  std::span<const AttemptRecord> attempts() const { return std::span(attempts_).first(size_); }

  std::string_view not_retried;   // why the last was the last (RetryPlan::refusal())
  std::string reason;             // of the last failure: its error's detail, for the operator
  std::string transport_failure;  // likewise, in Envoy's words
  std::string details;            // holds the record's details where they are no literal

 private:
  std::array<AttemptRecord, telemetry::FailureRecord::kAttemptsMax> attempts_;
  size_t size_ = 0;
};

}  // namespace weft::proxy
