// One provider of the jwt_authn filter.
#pragma once

#include <envoy/extensions/filters/http/jwt_authn/v3/config.pb.h>

#include "base/error.h"
#include "decide/token/token_rules.h"

namespace weft::decide {

Result<TokenProvider> compile_token_provider(const std::string& name,
                                             const envoy::extensions::filters::http::jwt_authn::v3::JwtProvider& wire);

}  // namespace weft::decide
