// OutlierDetection: which answers speak against an endpoint, and how many of them eject it for how long
// (envoy.config.cluster.v3.OutlierDetection; Istio's outlierDetection), compiled. Who acts on it is in proxy/health.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace weft::decide {

// Ejection of endpoints that fail. A count of 0 is off; percentages 0 to 100. Ejection by success rate, which Envoy
// does unless told otherwise, is not there: Istio turns it off.
struct OutlierDetection {
  uint32_t consecutive_5xx = 5;
  uint32_t consecutive_gateway_errors = 0;
  uint32_t consecutive_local_errors = 5;  // counts only where local errors are split from answers
  bool splits_local_errors = false;
  Duration interval = std::chrono::seconds(10);
  Duration base_ejection_time = std::chrono::seconds(30);
  Duration ejection_time_max = std::chrono::seconds(300);  // of an endpoint that fails again and again
  uint32_t ejected_percent_max = 10;
  bool ends_by_health_check = true;  // who passes one is back at once (successful_active_health_check_uneject_host)

  // What one attempt says about its endpoint; nothing: it got no answer.
  enum class Verdict : uint8_t { success, server_error, gateway_error, local_error };
  static Verdict verdict_on(std::optional<uint16_t> status);
};

}  // namespace weft::decide
