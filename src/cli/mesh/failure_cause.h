// The cause of a failure in words, for `weft why`: what a proxy's flags, details and denials mean, and what to look at
// next. Pure.
#pragma once

#include <string>

#include "cli/mesh/failed_requests.h"

namespace weft::cli {

// `fix`: one command, without what --state adds.
struct FailureCause {
  std::string why;
  std::string fix;
};
FailureCause cause_of(const FailedHop& hop);

// The request's whole story: who gave the answer, each hop as a numbered step, why, and what to do.
std::string tell_failure(const FailedRequest& request);
api::Json failure_json(const FailedRequest& request);

}  // namespace weft::cli
