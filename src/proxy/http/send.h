// Sending a request to its cluster: attempts, endpoints, connections, until there is a response's head or nothing more
// to try.
#pragma once

#include "proxy/http/answer.h"
#include "proxy/policy/exchange.h"
#include "proxy/policy/request_body.h"

namespace weft::proxy {

// The route must forward. On success the response's head is in the exchange and its body waits on the answer's
// connection; on failure the record's flags say why, and the answer is empty.
runtime::Task<Result<>> send_with_retries(Exchange& exchange, RequestBody& body, http::ServerStream& client,
                                          Answer& answer);

}  // namespace weft::proxy
