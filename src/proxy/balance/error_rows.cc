#include "proxy/balance/error_rows.h"

namespace weft::proxy {
namespace {

constexpr auto kAnyOrder = std::memory_order_relaxed;  // nothing else is read by what is counted here

void reset(std::atomic<uint32_t>& row) {
  if (row.load(kAnyOrder) != 0) row.store(0, kAnyOrder);
}

// Whether this error makes the row too long; a limit of 0 is none.
bool lengthen(std::atomic<uint32_t>& row, uint32_t limit) {
  const uint32_t length = row.fetch_add(1, kAnyOrder) + 1;
  return limit > 0 && length >= limit;
}

}  // namespace

void ErrorRows::clear() {
  reset(errors_5xx_);
  reset(gateway_errors_);
  reset(local_errors_);
}

std::optional<OutlierCause> ErrorRows::note(const decide::OutlierDetection& settings,
                                            decide::OutlierDetection::Verdict verdict) {
  using Verdict = decide::OutlierDetection::Verdict;
  std::optional<OutlierCause> cause;
  if (verdict == Verdict::success) {
    clear();
  } else if (verdict == Verdict::local_error && settings.splits_local_errors) {
    if (lengthen(local_errors_, settings.consecutive_local_errors)) cause = OutlierCause::local_errors;
  } else {
    reset(local_errors_);
    // Not split, an endpoint that does not answer is as good as a gateway that says so: 503 or 504.
    if (verdict == Verdict::server_error) {
      reset(gateway_errors_);
    } else if (lengthen(gateway_errors_, settings.consecutive_gateway_errors)) {
      cause = OutlierCause::gateway_errors;
    }
    if (lengthen(errors_5xx_, settings.consecutive_5xx) && !cause) cause = OutlierCause::errors_5xx;
  }
  if (cause) clear();
  return cause;
}

}  // namespace weft::proxy
