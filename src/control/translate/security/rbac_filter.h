// Envoy's RBAC filters from rules. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "control/translate/security/authorization_rule.h"
#include "control/translate/security/guards.h"

namespace weft::control::translate {

// What one filter enforces, and what it only tells about.
struct RbacRules {
  std::optional<envoy::config::rbac::v3::RBAC> enforced;
  std::optional<envoy::config::rbac::v3::RBAC> shadow;
  std::string shadow_prefix;

  bool empty() const { return !enforced && !shadow; }
};

// Every rule of the policy that says something to this audience, with `prefix` before its name. A policy without rules
// gets one that never matches, so that its being there is seen.
void add_rules(const mesh::AuthorizationPolicy& policy, std::string_view prefix, const RuleAudience& audience,
               envoy::config::rbac::v3::RBAC& rules);

envoy::extensions::filters::network::http_connection_manager::v3::HttpFilter http_filter(RbacRules rules);
envoy::config::listener::v3::Filter tcp_filter(RbacRules rules);

}  // namespace weft::control::translate
