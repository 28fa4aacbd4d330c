// The API's own tokens and client certificates: /apis/weft.dev/v1/tokens and .../tokens/NAME.
#pragma once

#include <string>

#include "control/apiserver/call.h"
#include "control/ca/api_tokens.h"
#include "control/ca/authority.h"
#include "runtime/task.h"

namespace weft::control {

Answer api_token_list(const ApiTokens& tokens);

// {"name", "role", "expiresSeconds"}: the answer has the token's text, which is told this once. With "request" (PKCS
// #10 in PEM) it has a certificate for that key in its place, PEM, the root left out. Both outlive the task.
runtime::Task<Reply<Answer>> create_api_token(ApiTokens& tokens, Authority& authority, const Call& call);

runtime::Task<Reply<Answer>> remove_api_token(ApiTokens& tokens, const std::string& name);

}  // namespace weft::control
