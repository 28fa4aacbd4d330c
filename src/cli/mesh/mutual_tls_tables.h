// What `weft mtls` prints. Pure.
#pragma once

#include <string>
#include <vector>

#include "cli/mesh/strict_plan.h"
#include "cli/text/table.h"

namespace weft::cli {

// One port of one workload, over all of its pods that agree on it.
struct PortStatus {
  std::string workload;  // "shop/api"
  PortMode mode;
  Share share;
  Duration observed{};  // the shortest of the pods'
};
std::vector<PortStatus> port_statuses(const std::vector<WorkloadReport>& reports);

Table statuses_table(const std::vector<PortStatus>& ports);
api::Json statuses_json(const std::vector<PortStatus>& ports);

// "Seen in the last 11m (since the proxies started): 131402 requests to namespace shop, 99.65% with mutual TLS".
std::string plan_summary(const StrictScope& scope, const std::vector<WorkloadReport>& reports);
Table plan_table(const std::vector<PlannedCaller>& callers, WallTime now);
api::Json plan_json(const StrictScope& scope, const std::vector<WorkloadReport>& reports,
                    const std::vector<PlannedCaller>& callers);

}  // namespace weft::cli
