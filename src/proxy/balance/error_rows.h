// ErrorRows: how many errors in a row one endpoint has given, in all shards together, so that a success in any of them
// ends the row. What Envoy's outlier detection counts for each host.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "decide/outlier_detection.h"

namespace weft::proxy {

// Which kind of row was too long.
enum class OutlierCause : uint8_t { errors_5xx, gateway_errors, local_errors };

// Shared by the main thread and all shards. Of two shards that note at once either may be the earlier one; while
// nothing fails nothing is written.
class ErrorRows {
 public:
  // What came of one attempt. A cause: the row is too long, and a new one begins.
  std::optional<OutlierCause> note(const decide::OutlierDetection& settings, decide::OutlierDetection::Verdict verdict);

 private:
  void clear();

  std::atomic<uint32_t> errors_5xx_ = 0;
  std::atomic<uint32_t> gateway_errors_ = 0;
  std::atomic<uint32_t> local_errors_ = 0;
};
using ErrorRowsPtr = std::shared_ptr<ErrorRows>;

}  // namespace weft::proxy
