// Authorization: the RBAC filters of one chain, compiled: whether an access is let through, and by which policy it was
// refused.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "decide/authorization/access_condition.h"

namespace weft::decide {

// A named condition. `denial` is what logs say when it refuses: "rbac_access_denied_matched_policy[NAME]".
struct AccessPolicy {
  std::string name;
  AccessCondition condition;
  std::string denial;
};

// Policies of one action. `allow`: only what one of them names may pass; `deny`: what none of them names; `log`:
// everything may, and what one of them names is marked.
struct AccessRules {
  enum class Action : uint8_t { allow, deny, log } action = Action::allow;
  std::vector<AccessPolicy> policies;  // by name: of several that match, the first is the one that is told

  const AccessPolicy* match(const Access& access) const;
  bool lets_pass(const AccessPolicy* matched) const;
};

// What a rule that is only told about would have said (dry runs).
struct ShadowVerdict {
  std::string_view prefix;  // shadow_rules_stat_prefix
  bool is_allowed = true;
  const AccessPolicy* matched = nullptr;
};

// One RBAC filter. Without enforced rules everything may pass.
struct AccessFilter {
  std::optional<AccessRules> enforced;
  std::optional<AccessRules> shadow;
  std::string shadow_prefix;
};

// The answer. Views belong to the Authorization. More shadows than two, one for ALLOW and one for DENY, are not told.
struct AccessVerdict {
  bool is_allowed = true;
  std::string_view denial;                // why not
  const AccessPolicy* matched = nullptr;  // that refused; null: none allowed it
  bool is_audited = false;                // a `log` policy matched
  std::array<ShadowVerdict, 2> shadows{};
  uint8_t shadow_count = 0;

  std::span<const ShadowVerdict> told() const { return {shadows.data(), shadow_count}; }
};

// Immutable; any thread.
struct Authorization {
  std::vector<AccessFilter> filters;  // all of them must let an access through

  AccessVerdict decide(const Access& access) const;
};

}  // namespace weft::decide
