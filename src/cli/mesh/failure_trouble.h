// What stood in the way of a request's last attempt, in words, where a proxy knows it more precisely than its response
// flag says; and why there was no further attempt. Pure.
#pragma once

#include <optional>
#include <string>

#include "cli/mesh/failure_cause.h"

namespace weft::cli {

// Nothing: the proxy knows no more than the flag.
std::optional<FailureCause> cause_of_trouble(const FailedHop& hop);

// "POST is not safe to repeat and its bytes had been sent"; empty where there is nothing to say.
std::string why_not_retried(const FailedHop& hop);

}  // namespace weft::cli
