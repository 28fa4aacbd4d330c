#include "control/translate/security/external_authorization.h"

#include <map>

#include "control/translate/security/authorizer_filter.h"
#include "control/translate/security/rbac_filter.h"

namespace weft::control::translate {
namespace {

using envoy::config::rbac::v3::RBAC;

// By the name of their provider. Trials are left out: nobody would learn what an authorizer says to them.
std::map<std::string, AuthorizationPolicies> by_provider(const AuthorizationPolicies& policies) {
  std::map<std::string, AuthorizationPolicies> sorted;
  for (const auto& policy : policies) {
    const auto& spec = policy->spec;
    if (spec.action != api::istio::AuthorizationAction::custom || policy->is_dry_run) continue;
    sorted[spec.provider ? spec.provider->name : ""].push_back(policy);
  }
  return sorted;
}

// What the provider is to be asked about. Istio tells providers apart by the names of their rules.
RBAC rules_of_provider(const std::string& provider, const AuthorizationPolicies& policies,
                       const RuleAudience& audience) {
  RBAC rules;
  rules.set_action(RBAC::DENY);
  for (const auto& policy : policies) add_rules(*policy, asked_rule_prefix(provider), audience, rules);
  return rules;
}

// Nobody can be asked, so nobody gets an answer.
RbacRules refusal_of(const RBAC& asked) {
  RbacRules rules;
  rules.enforced.emplace().set_action(RBAC::DENY);
  for (const auto& [name, policy] : asked.policies())
    (*rules.enforced->mutable_policies())[name + "-deny-due-to-bad-CUSTOM-action"] = policy;
  return rules;
}

// The rules decide nothing; they leave the name of the one that matched for the filter behind them.
RbacRules question_about(RBAC asked) {
  return {.shadow = std::move(asked), .shadow_prefix = kAskedPrefix};
}

}  // namespace

void add_external_authorization(const AuthorizationPolicies& policies, const api::istio::MeshConfig& mesh,
                                Guards& guards) {
  const TrustDomains domains(mesh);
  const auto providers = by_provider(policies);
  for (const auto& [provider, its_policies] : providers) {
    const auto asked_for = [&](Seen seen) {
      return rules_of_provider(provider, its_policies, {seen, Unseen::is_passed_over, domains});
    };
    const auto authorizer = providers.size() == 1 ? authorizer_filters(mesh, provider) : std::nullopt;
    if (!authorizer) {
      guards.http.push_back(http_filter(refusal_of(asked_for(Seen::requests))));
      guards.tcp.push_back(tcp_filter(refusal_of(asked_for(Seen::connections))));
      continue;
    }
    guards.http.push_back(http_filter(question_about(asked_for(Seen::requests))));
    guards.http.push_back(authorizer->http);
    if (!authorizer->tcp) continue;  // Istio's: nobody is asked about connections over HTTP
    guards.tcp.push_back(tcp_filter(question_about(asked_for(Seen::connections))));
    guards.tcp.push_back(*authorizer->tcp);
  }
}

}  // namespace weft::control::translate
