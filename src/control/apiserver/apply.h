// Apply: many objects in one commit, each merged with what is there as `kubectl apply` does it: POST
// /apis/weft.dev/v1/apply.
#pragma once

#include "control/apiserver/resources.h"

namespace weft::control {

// The annotation that remembers what was applied last; kubectl's, so that both tools may take turns.
inline constexpr char kLastAppliedAnnotation[] = "kubectl.kubernetes.io/last-applied-configuration";

// The files of one `weft apply` may hold that much together.
inline constexpr size_t kApplySizeMax = api::kFileSizeMax;

// All objects are written, or none: whatever is wrong with any of them (also between them: a route to a subset that
// does not exist) is answered at once (422, one cause each). See Resources for lost races.
runtime::Task<Reply<Answer>> apply(Domain domain, const Call& call);

}  // namespace weft::control
