// HealthReports: where a shard tells what it has seen of endpoints, for those on the main thread who judge them.
// Successes are told only of endpoints that somebody has seen fail, so nothing is told in the steady state.
#pragma once

#include <optional>

#include "decide/cluster.h"

namespace weft::proxy {

// What one attempt said of its endpoint; nothing: the shard has opened its first connection to the cluster.
struct HealthReport {
  decide::ClusterId cluster;
  decide::SocketAddress endpoint;
  std::optional<decide::OutlierDetection::Verdict> verdict;
};

// One shard's; outlives its clusters.
class HealthReports {
 public:
  virtual ~HealthReports() = default;
  virtual void report(const HealthReport& report) = 0;
};

}  // namespace weft::proxy
