// What policies have to do with a failure, in words: who refused a request, and who lets a connection not come about.
// Pure.
#pragma once

#include <optional>

#include "cli/mesh/failure_cause.h"

namespace weft::cli {

// Nothing: no policy is known to be the cause.
std::optional<FailureCause> cause_in_policies(const FailedHop& hop);

}  // namespace weft::cli
