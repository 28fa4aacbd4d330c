// The API's own tokens: /apis/weft.dev/v1/tokens and .../tokens/NAME.
#pragma once

#include <string>

#include "control/apiserver/call.h"
#include "control/ca/api_tokens.h"
#include "runtime/task.h"

namespace weft::control {

Answer api_token_list(const ApiTokens& tokens);

// {"name", "role", "expiresSeconds"}: the answer has the token's text, which is told this once.
runtime::Task<Reply<Answer>> create_api_token(ApiTokens& tokens, const Call& call);

runtime::Task<Reply<Answer>> remove_api_token(ApiTokens& tokens, const std::string& name);

}  // namespace weft::control
