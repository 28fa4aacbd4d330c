// RequestAuthentications as Envoy's jwt_authn filter, in istiod's shape. Pure.
#pragma once

#include <vector>

#include "control/mesh/mesh_view.h"
#include "control/translate/security/guards.h"

namespace weft::control::translate {

// Appends the filter for all rules of these policies; nothing when there is no rule.
void add_tokens(const std::vector<mesh::RequestAuthenticationPtr>& policies, const mesh::KeySets& keys, Guards& guards);

// Keys with which nobody can sign: what a proxy gets while an issuer's keys are not known, so that every token is
// refused.
extern const std::string_view kNobodysKeys;

}  // namespace weft::control::translate
