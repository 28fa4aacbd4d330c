// LatencyEstimate: how long an endpoint takes to answer, for balancing by latency: the worst that was seen, forgotten
// exponentially (peak-EWMA, as in Finagle and linkerd).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "decide/balancing.h"

namespace weft::proxy {

// One endpoint's, in one shard.
class LatencyEstimate {
 public:
  // Whether what was seen may lower the estimate: a failure may not, or an endpoint that fails fast would draw traffic.
  enum class Seen : uint8_t { answer, failure };

  void observe(Duration took, Seen seen, Time now, const decide::PeakEwma& settings) {
    const auto latency = static_cast<double>(std::max<int64_t>(took.count(), 1));
    const double known = at(now, settings);
    const bool is_first_answer = !seen_at_ && seen == Seen::answer;
    if (latency < known && seen == Seen::failure) return;
    const bool is_peak = latency >= known || is_first_answer;
    latency_ = is_peak ? latency : known + latency * (1 - remembered(now, settings));
    seen_at_ = now;
  }

  // In nanoseconds. It sinks while nobody asks the endpoint, so that one that was slow is tried again.
  double at(Time now, const decide::PeakEwma& settings) const {
    if (!seen_at_) return static_cast<double>(settings.latency_at_first.count());
    return latency_ * remembered(now, settings);
  }

 private:
  double remembered(Time now, const decide::PeakEwma& settings) const {
    const auto passed = static_cast<double>((now - *seen_at_).count());
    return std::exp(-passed / static_cast<double>(settings.decay.count()));
  }

  double latency_ = 0;
  std::optional<Time> seen_at_;
};

}  // namespace weft::proxy
