// What the API says and does about the roots that the mesh trusts: /apis/weft.dev/v1/trust.
#pragma once

#include "control/apiserver/certificates.h"

namespace weft::control {

// The roots, how far a change of them has come, and what is in the way of its next step.
Answer trust_status(const Identities& identities);

// {"step": "introduce", "switch" or "retire"}: takes that step of a change of the root. Fails (409) when another step
// is due, or somebody is not ready: the answer names them. With the switch, everybody's certificates are to be
// replaced.
runtime::Task<Reply<Answer>> change_root(Identities identities, const Call& call);

}  // namespace weft::control
