// AuthorizationPolicies as Envoy's RBAC filters, as Istio arranges them: one filter an action that some policy has.
// Pure.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "control/mesh/mesh_view.h"
#include "control/translate/security/guards.h"

namespace weft::control::translate {

using AuthorizationPolicies = std::vector<mesh::AuthorizationPolicyPtr>;

// "ns[shop]-policy[api]-rule[0]": what logs and denials call a rule.
std::string rule_name(const mesh::AuthorizationPolicy& policy, size_t rule);

// Appends AUDIT, DENY and ALLOW, in this order, to both lists. CUSTOM is external_authorization.h's.
void add_authorization(const AuthorizationPolicies& policies, const api::istio::MeshConfig& mesh, Guards& guards);

}  // namespace weft::control::translate
