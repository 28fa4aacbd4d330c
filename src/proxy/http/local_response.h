// Responses that Weft makes itself. The one place where an error becomes a response; statuses, flags and texts are
// those that users of Envoy and Istio know.
#pragma once

#include "base/error.h"
#include "proxy/http/answer.h"
#include "proxy/policy/exchange.h"

namespace weft::proxy {

// What a request that failed is answered with. The flags in the exchange's record say where it failed. Status 0: the
// client is gone, there is nobody to answer.
Answer to_response(Exchange& exchange, const Error& error);

// What a policy answers with.
Answer to_response(Exchange& exchange, LocalReply reply);

// The answers of routes that send no request.
Answer to_response(Exchange& exchange, const decide::Redirect& redirect);
Answer to_response(Exchange& exchange, const decide::DirectResponse& direct);

}  // namespace weft::proxy
