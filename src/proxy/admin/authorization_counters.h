// AuthorizationCounters: what guards decided, counted as Envoy's RBAC, ext_authz and jwt_authn count it, with the
// policy or the reason that decided.
#pragma once

#include <string>
#include <vector>

#include "decide/authorization/authorization.h"
#include "decide/listener.h"
#include "proxy/policy/request_record.h"
#include "telemetry/metrics.h"

namespace weft::proxy {

// One shard's; used on its thread alone. Counts what it has counted before without an allocation.
class AuthorizationCounters {
 public:
  explicit AuthorizationCounters(telemetry::ShardMetrics& metrics) : metrics_(&metrics) {}

  void count(decide::Direction direction, const decide::AccessVerdict& verdict);
  void count(decide::Direction direction, const Consulted& consulted);
  // `denial`: RequestRecord::token_denial.
  void count_tokens(decide::Direction direction, std::string_view denial);

 private:
  // One counter. `cause`, the value of a label, is empty for what was allowed, by whatever policy.
  struct Series {
    const telemetry::Family* family;
    decide::Direction direction;
    std::string cause;
    telemetry::Counter* counter;
  };

  void add(const telemetry::Family& family, decide::Direction direction, std::string_view cause,
           const char* label = "policy");

  telemetry::ShardMetrics* metrics_;
  std::vector<Series> known_;
};

}  // namespace weft::proxy
