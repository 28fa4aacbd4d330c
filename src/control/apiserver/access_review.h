// Access reviews: what a caller may do, and who it is: kubectl auth can-i and whoami (authorization.k8s.io/v1,
// authentication.k8s.io/v1). Nothing is stored.
#pragma once

#include <string>
#include <vector>

#include "control/apiserver/call.h"

namespace weft::control {

// POST to selfsubjectaccessreviews, selfsubjectrulesreviews or selfsubjectreviews; anybody may ask about itself.
bool is_access_review(const std::vector<std::string>& path);

Reply<Answer> review_access(const Call& call);

}  // namespace weft::control
