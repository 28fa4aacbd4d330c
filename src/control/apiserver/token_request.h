// TokenRequest (authentication.k8s.io/v1): mints the token with which a pod's sidecar proves who it is.
#pragma once

#include "control/apiserver/call.h"
#include "control/apiserver/target.h"
#include "control/ca/pod_tokens.h"
#include "control/workloads/world.h"

namespace weft::control {

// For the service account in the path. Tokens are always bound to a Pod (spec.boundObjectRef) that runs under that
// account; fails (404, 400, 409) where there is none such.
Reply<Answer> request_token(const World& world, const PodTokens& tokens, const Call& call, const Target& target);

}  // namespace weft::control
