// Which AuthorizationPolicies a proxy really enforces, read from its /config_dump. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "cli/mesh/proxy_config.h"

namespace weft::cli {

// One policy as some filter has it. `action` is ALLOW, DENY, AUDIT or CUSTOM; `mode` "enforced" or "trial".
struct GuardingPolicy {
  std::string action;
  std::string name;  // NAMESPACE/NAME; of rules that are no policy of Istio's, their own name
  std::string mode;
  std::set<size_t> rules;           // by position in the policy, from 0
  std::set<std::string> protocols;  // "http", "tcp": those for whose chains it says anything

  friend bool operator==(const GuardingPolicy&, const GuardingPolicy&) = default;
};

// The name of a rule as proxies have it, taken apart: "ns[shop]-policy[api]-rule[0]", with what comes before it of
// rules for an authorizer; of a NetworkPolicy "networkpolicy[shop/api ingress[0]]-0".
struct GuardRule {
  std::string policy;
  size_t rule = 0;
  bool is_custom = false;
};
GuardRule read_guard_rule(const std::string& name);

// The object that a rule belongs to; empty members where it is nobody's.
struct GuardObject {
  std::string kind;  // "AuthorizationPolicy"
  std::string space;
  std::string name;
};
GuardObject guard_object(const GuardRule& rule);

// In the order in which they are asked: CUSTOM, AUDIT, DENY, ALLOW; by name within.
std::vector<GuardingPolicy> guarding_policies(const ProxyConfig& config);

Table guards_table(const std::vector<GuardingPolicy>& policies);
api::Json guards_json(const std::vector<GuardingPolicy>& policies);

}  // namespace weft::cli
