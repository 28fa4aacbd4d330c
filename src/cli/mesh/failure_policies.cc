#include "cli/mesh/failure_policies.h"

#include <algorithm>
#include <ranges>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/mesh/guards.h"
#include "cli/mesh/hop_names.h"

namespace weft::cli {
namespace {

// "jwt_authn_access_denied{Jwt_is_expired}": "Jwt is expired".
std::string reason_in(std::string_view details) {
  const size_t brace = details.find('{');
  std::string reason(brace == details.npos ? details : details.substr(brace + 1, details.rfind('}') - brace - 1));
  std::ranges::replace(reason, '_', ' ');
  return reason;
}

std::string whom(const FailedHop& hop) {
  return or_else(hop.identity, "a client without a certificate (" + or_else(hop.client, "address not known") + ")");
}

// The first few, each with its place.
std::string named(const std::vector<NamedPolicy>& policies) {
  constexpr size_t kNamedMost = 3;
  std::string text;
  for (const auto& policy : policies | std::views::take(kNamedMost)) {
    text += (text.empty() ? "" : ", ") + policy.name;
    if (!policy.place.empty()) text += " (" + policy.place + ")";
  }
  if (policies.size() > kNamedMost) text += fmt::format(" and {} more", policies.size() - kNamedMost);
  return text;
}

FailureCause of_isolation(const FailedHop& hop) {
  const bool is_caller = hop.direction == "outbound" && hop.isolated == hop.pod;
  const std::string passing =
      is_caller ? "lets it connect to " + endpoint_of(hop)
                : fmt::format("lets {} connect to it",
                              hop.direction == "outbound" ? hop.pod : or_else(hop.client, "its client"));
  const size_t slash = hop.isolated.find('/');
  return {fmt::format("{} is isolated, and no rule {}: {}", hop.isolated, passing, named(hop.isolating)),
          "weft get networkpolicies -n " + hop.isolated.substr(0, slash)};
}

FailureCause of_no_allowance(const FailedHop& hop, std::string policies) {
  if (hop.allowing.empty())
    return {"no ALLOW policy of the workload lets it pass: it came from " + whom(hop), std::move(policies)};
  return {fmt::format("no rule of the workload's ALLOW policies matches it, which came from {}: {}", whom(hop),
                      named(hop.allowing)),
          std::move(policies)};
}

FailureCause of_denial(const FailedHop& hop) {
  const std::string policies = fmt::format("weft authz check {} -n {}", pod_name_of(hop), namespace_of(hop));
  if (hop.denial.starts_with("jwt_authn")) {
    return {"the token was refused: " + reason_in(hop.denial),
            "weft get requestauthentications -n " + namespace_of(hop)};
  }
  if (hop.denial == "ext_authz_error") {
    return {"the external authorizer gave no answer, and without one the request is refused", proxy_logs(hop)};
  }
  const GuardRule rule = read_guard_rule(hop.rule);
  if (hop.has("UAEX") || hop.denial.starts_with("ext_authz") || rule.is_custom) {
    return {"the external authorizer refused the request" +
                (hop.rule.empty() ? ""
                                  : fmt::format(" (asked by AuthorizationPolicy {}, rule {})", rule.policy, rule.rule)),
            policies};
  }
  if (hop.rule.empty()) return of_no_allowance(hop, policies);
  const bool is_network = rule.policy.starts_with("NetworkPolicy");
  return {fmt::format("{}{}{}, rule {} (from 0), refuses it: it came from {}", is_network ? "" : "AuthorizationPolicy ",
                      rule.policy, hop.policy_place.empty() ? "" : " (" + hop.policy_place + ")", rule.rule, whom(hop)),
          policies};
}

}  // namespace

std::optional<FailureCause> cause_in_policies(const FailedHop& hop) {
  if (!hop.isolating.empty()) return of_isolation(hop);
  if (!hop.denial.empty()) return of_denial(hop);
  return std::nullopt;
}

}  // namespace weft::cli
