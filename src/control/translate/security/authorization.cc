#include "control/translate/security/authorization.h"

#include <envoy/extensions/filters/http/rbac/v3/rbac.pb.h>
#include <envoy/extensions/filters/network/rbac/v3/rbac.pb.h>
#include <fmt/format.h>

#include "control/translate/encode.h"
#include "control/translate/security/rbac_filter.h"

namespace weft::control::translate {
namespace {

using api::istio::AuthorizationAction;
using envoy::config::rbac::v3::RBAC;

RBAC::Action to_wire(AuthorizationAction action) {
  if (action == AuthorizationAction::audit) return RBAC::LOG;
  return action == AuthorizationAction::deny ? RBAC::DENY : RBAC::ALLOW;
}

// Dry runs are told apart in statistics and traces by these words.
std::string_view shadow_prefix(AuthorizationAction action, const RbacRules& rules) {
  if (!rules.shadow || action == AuthorizationAction::allow) return "istio_dry_run_allow_";
  return action == AuthorizationAction::deny ? "istio_dry_run_deny_" : "";
}

// The policies of one action: those in force, and dry runs.
RbacRules rules_of(const AuthorizationPolicies& policies, AuthorizationAction action, const RuleAudience& audience) {
  RbacRules rules;
  for (const auto& policy : policies) {
    if (policy->spec.action != action) continue;
    auto& target = policy->is_dry_run ? rules.shadow : rules.enforced;
    if (!target) target.emplace().set_action(to_wire(action));
    add_rules(*policy, "", audience, *target);
  }
  return rules;
}

}  // namespace

std::string rule_name(const mesh::AuthorizationPolicy& policy, size_t rule) {
  return fmt::format("ns[{}]-policy[{}]-rule[{}]", policy.space, policy.age.name, rule);
}

void add_authorization(const AuthorizationPolicies& policies, const api::istio::MeshConfig& mesh, Guards& guards) {
  const TrustDomains domains(mesh);
  for (const auto action : {AuthorizationAction::audit, AuthorizationAction::deny, AuthorizationAction::allow}) {
    const Unseen unseen = action == AuthorizationAction::allow ? Unseen::voids_the_rule : Unseen::is_passed_over;
    auto rules = rules_of(policies, action, {Seen::requests, unseen, domains});
    if (rules.empty()) continue;
    rules.shadow_prefix = shadow_prefix(action, rules);
    guards.http.push_back(http_filter(std::move(rules)));
    rules = rules_of(policies, action, {Seen::connections, unseen, domains});
    rules.shadow_prefix = shadow_prefix(action, rules);
    guards.tcp.push_back(tcp_filter(std::move(rules)));
  }
}

}  // namespace weft::control::translate
