// AuthorizationPolicies with the action CUSTOM, as Istio arranges them: rules that say which requests are asked about,
// and Envoy's ext_authz, which asks. Pure.
#pragma once

#include "control/translate/security/authorization.h"

namespace weft::control::translate {

// Appends to both lists. A provider that nobody has declared, or several for one workload, refuse what they would be
// asked about.
void add_external_authorization(const AuthorizationPolicies& policies, const api::istio::MeshConfig& mesh,
                                Guards& guards);

}  // namespace weft::control::translate
