// `weft describe`: one object as a person reads it: what it is, what it says, how it is doing. Pure.
#pragma once

#include <string>
#include <vector>

#include "api/kinds.h"
#include "api/tree.h"
#include "base/clock.h"

namespace weft::cli {

// `related` are objects of other kinds that belong to it: a Deployment's or Service's pods.
std::string describe_object(const api::Kind& kind, const api::Json& object, const std::vector<api::Json>& related,
                            WallTime now);

}  // namespace weft::cli
