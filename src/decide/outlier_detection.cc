#include "decide/outlier_detection.h"

namespace weft::decide {

OutlierDetection::Verdict OutlierDetection::verdict_on(std::optional<uint16_t> status) {
  if (!status) return Verdict::local_error;
  if (*status < 500) return Verdict::success;
  return *status >= 502 && *status <= 504 ? Verdict::gateway_error : Verdict::server_error;
}

}  // namespace weft::decide
