#include "decide/compile/authorization.h"

#include <algorithm>

#include <envoy/config/rbac/v3/rbac.pb.h>
#include <envoy/extensions/filters/http/rbac/v3/rbac.pb.h>
#include <envoy/extensions/filters/network/rbac/v3/rbac.pb.h>

#include "decide/compile/access_condition.h"
#include "decide/compile/wire_values.h"

namespace weft::decide {
namespace {

using envoy::config::rbac::v3::Policy;
using envoy::config::rbac::v3::RBAC;

// A name in a log's line must not end the word or the line.
std::string without_blanks(std::string name) {
  std::ranges::replace_if(name, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; }, '_');
  return name;
}

Result<AccessCondition> compile_condition_of(const Policy& wire) {
  if (wire.has_condition() || wire.has_checked_condition()) return fail(Reason::unsupported, "a condition in CEL");
  if (wire.permissions().empty() || wire.principals().empty())
    return fail(Reason::invalid, "a policy without permissions or principals");
  std::vector<AccessCondition> permissions;
  for (const auto& permission : wire.permissions()) {
    WEFT_TRY(auto condition, compile_permission(permission));
    permissions.push_back(std::move(condition));
  }
  std::vector<AccessCondition> principals;
  for (const auto& principal : wire.principals()) {
    WEFT_TRY(auto condition, compile_principal(principal));
    principals.push_back(std::move(condition));
  }
  std::vector<AccessCondition> both;
  both.push_back(AccessCondition::any_of(std::move(permissions)));
  both.push_back(AccessCondition::any_of(std::move(principals)));
  return AccessCondition::all_of(std::move(both));
}

Result<AccessRules::Action> to_action(RBAC::Action wire) {
  switch (wire) {
    case RBAC::ALLOW:
      return AccessRules::Action::allow;
    case RBAC::DENY:
      return AccessRules::Action::deny;
    case RBAC::LOG:
      return AccessRules::Action::log;
    default:
      return fail(Reason::unsupported, "an action that is not known");
  }
}

template <class Wire>
Result<> append_filter(const Wire& wire, Authorization& authorization) {
  if (wire.has_matcher() || wire.has_shadow_matcher()) return fail(Reason::unsupported, "matchers of RBAC");
  AccessFilter filter{.shadow_prefix = wire.shadow_rules_stat_prefix()};
  if (wire.has_rules()) {
    WEFT_TRY(filter.enforced, compile_access_rules(wire.rules()));
  }
  if (wire.has_shadow_rules()) {
    WEFT_TRY(filter.shadow, compile_access_rules(wire.shadow_rules()));
  }
  if (filter.enforced || filter.shadow) authorization.filters.push_back(std::move(filter));
  return {};
}

}  // namespace

Result<AccessRules> compile_access_rules(const RBAC& wire) {
  if (wire.has_audit_logging_options()) return fail(Reason::unsupported, "audit loggers of RBAC");
  AccessRules rules;
  WEFT_TRY(rules.action, to_action(wire.action()));
  for (const auto& [name, policy] : wire.policies()) {
    auto condition = compile_condition_of(policy);
    if (!condition) return fail(std::move(condition.error()).during("policy '" + name + "'"));
    rules.policies.push_back(
        {name, *std::move(condition), "rbac_access_denied_matched_policy[" + without_blanks(name) + "]"});
  }
  std::ranges::sort(rules.policies, {}, &AccessPolicy::name);
  return rules;
}

Result<> append_http_authorization(const google::protobuf::Any& config, Authorization& authorization) {
  WEFT_TRY(const auto wire, unpack<envoy::extensions::filters::http::rbac::v3::RBAC>(config, "RBAC"));
  return append_filter(wire, authorization);
}

Result<> append_tcp_authorization(const google::protobuf::Any& config, Authorization& authorization) {
  WEFT_TRY(const auto wire, unpack<envoy::extensions::filters::network::rbac::v3::RBAC>(config, "RBAC"));
  return append_filter(wire, authorization);
}

}  // namespace weft::decide
