// HealthReports: where a shard tells what it has seen of endpoints, for those on the main thread who judge them. In the
// steady state nothing is told.
#pragma once

#include <optional>

#include "decide/cluster.h"
#include "proxy/balance/error_rows.h"

namespace weft::proxy {

// An endpoint has given too many errors in a row; without a cause: the shard has opened its first connection to the
// cluster.
struct HealthReport {
  decide::ClusterId cluster;
  decide::EndpointAddress endpoint;
  std::optional<OutlierCause> cause;
};

// One shard's; outlives its clusters.
class HealthReports {
 public:
  virtual ~HealthReports() = default;
  virtual void report(const HealthReport& report) = 0;
};

}  // namespace weft::proxy
