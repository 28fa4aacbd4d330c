// One rule of an AuthorizationPolicy as a policy of Envoy's RBAC. Pure.
#pragma once

#include <optional>

#include <envoy/config/rbac/v3/rbac.pb.h>

#include "control/mesh/objects.h"
#include "control/translate/security/attributes.h"
#include "control/translate/security/trust_domains.h"

namespace weft::control::translate {

// What cannot be said of a TCP connection: a rule that would allow by it allows nothing, and one that would refuse by
// it refuses whatever else it says.
enum class Unseen : uint8_t { voids_the_rule, is_passed_over };

// For whom a rule is written out.
struct RuleAudience {
  Seen seen = Seen::requests;
  Unseen unseen = Unseen::voids_the_rule;
  const TrustDomains& trust_domains;
};

// Nothing: the rule says nothing here.
std::optional<envoy::config::rbac::v3::Policy> translate_rule(const api::istio::AuthorizationRule& rule,
                                                              std::string_view space, const RuleAudience& audience);

}  // namespace weft::control::translate
