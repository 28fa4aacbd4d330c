// The jwt_authn filter of the wire into TokenRules.
#pragma once

#include <memory>

#include <google/protobuf/any.pb.h>

#include "base/error.h"
#include "decide/token/token_rules.h"

namespace weft::decide {

// Key sets come inline; one that has no usable key makes every token of its provider invalid, instead of leaving older,
// possibly laxer rules in force.
Result<std::shared_ptr<const TokenRules>> compile_token_rules(const google::protobuf::Any& config);

}  // namespace weft::decide
