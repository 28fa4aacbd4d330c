// HealthReports: where a shard tells what it has seen of endpoints, for the detectors on the main thread. Successes are
// told only of endpoints that somebody has seen fail, so nothing is told in the steady state.
#pragma once

#include "decide/cluster.h"

namespace weft::proxy {

// What one attempt said of its endpoint.
struct HealthReport {
  decide::ClusterId cluster;
  decide::SocketAddress endpoint;
  decide::OutlierDetection::Verdict verdict{};
};

// One shard's; outlives its clusters.
class HealthReports {
 public:
  virtual ~HealthReports() = default;
  virtual void report(const HealthReport& report) = 0;
};

}  // namespace weft::proxy
