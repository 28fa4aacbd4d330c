// What a request without a good token is answered with: statuses, texts and details that users of Envoy and Istio know.
#pragma once

#include "decide/token/token_rules.h"
#include "http/message.h"
#include "jose/token_fault.h"
#include "proxy/policy/local_reply.h"

namespace weft::proxy {

LocalReply denial(jose::TokenFault fault, const decide::TokenRules& rules, const http::RequestHead& request);

}  // namespace weft::proxy
