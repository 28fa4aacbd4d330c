#include "control/translate/security/rbac_filter.h"

#include <envoy/extensions/filters/http/rbac/v3/rbac.pb.h>
#include <envoy/extensions/filters/network/rbac/v3/rbac.pb.h>

#include "control/translate/encode.h"
#include "control/translate/security/authorization.h"

namespace weft::control::translate {
namespace {

using envoy::config::rbac::v3::Policy;

Policy nothing() {
  Policy policy;
  policy.add_permissions()->mutable_not_rule()->set_any(true);
  policy.add_principals()->mutable_not_id()->set_any(true);
  return policy;
}

template <class Filter>
void fill_filter(RbacRules rules, Filter& filter) {
  if (rules.enforced) *filter.mutable_rules() = *std::move(rules.enforced);
  if (rules.shadow) *filter.mutable_shadow_rules() = *std::move(rules.shadow);
  filter.set_shadow_rules_stat_prefix(std::move(rules.shadow_prefix));
}

}  // namespace

void add_rules(const mesh::AuthorizationPolicy& policy, std::string_view prefix, const RuleAudience& audience,
               envoy::config::rbac::v3::RBAC& rules) {
  const auto name = [&](size_t rule) { return std::string(prefix) + rule_name(policy, rule); };
  const auto& written = policy.spec.rules;
  for (size_t i = 0; i < written.size(); ++i) {
    if (auto rule = translate_rule(written[i], policy.space, audience))
      (*rules.mutable_policies())[name(i)] = *std::move(rule);
  }
  if (written.empty()) (*rules.mutable_policies())[name(0)] = nothing();
}

envoy::extensions::filters::network::http_connection_manager::v3::HttpFilter http_filter(RbacRules rules) {
  envoy::extensions::filters::http::rbac::v3::RBAC config;
  fill_filter(std::move(rules), config);
  envoy::extensions::filters::network::http_connection_manager::v3::HttpFilter filter;
  filter.set_name("envoy.filters.http.rbac");
  pack(config, *filter.mutable_typed_config());
  return filter;
}

envoy::config::listener::v3::Filter tcp_filter(RbacRules rules) {
  envoy::extensions::filters::network::rbac::v3::RBAC config;
  config.set_stat_prefix("tcp.");
  fill_filter(std::move(rules), config);
  envoy::config::listener::v3::Filter filter;
  filter.set_name("envoy.filters.network.rbac");
  pack(config, *filter.mutable_typed_config());
  return filter;
}

}  // namespace weft::control::translate
