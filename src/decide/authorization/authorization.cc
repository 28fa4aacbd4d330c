#include "decide/authorization/authorization.h"

namespace weft::decide {
namespace {

constexpr std::string_view kNoneMatched = "rbac_access_denied_matched_policy[none]";

void tell_shadow(const AccessFilter& filter, const Access& access, AccessVerdict& verdict) {
  if (!filter.shadow || verdict.shadow_count == verdict.shadows.size()) return;
  const AccessPolicy* matched = filter.shadow->match(access);
  verdict.shadows[verdict.shadow_count++] = {filter.shadow_prefix, filter.shadow->lets_pass(matched), matched};
}

}  // namespace

const AccessPolicy* AccessRules::match(const Access& access) const {
  std::string scratch;
  for (const auto& policy : policies) {
    if (policy.condition.holds(access, scratch)) return &policy;
  }
  return nullptr;
}

bool AccessRules::lets_pass(const AccessPolicy* matched) const {
  return action == Action::log || (action == Action::allow) == (matched != nullptr);
}

AccessVerdict Authorization::decide(const Access& access) const {
  AccessVerdict verdict;
  for (const auto& filter : filters) {
    tell_shadow(filter, access, verdict);
    if (!filter.enforced) continue;
    const AccessPolicy* matched = filter.enforced->match(access);
    verdict.is_audited = verdict.is_audited || (filter.enforced->action == AccessRules::Action::log && matched);
    if (filter.enforced->lets_pass(matched)) continue;
    verdict.is_allowed = false;
    verdict.matched = matched;
    verdict.denial = matched == nullptr ? kNoneMatched : std::string_view(matched->denial);
    break;
  }
  return verdict;
}

}  // namespace weft::decide
