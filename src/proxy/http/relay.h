// The response on its way to the client: head, body under back-pressure, trailers.
#pragma once

#include "http/server_stream.h"
#include "proxy/http/answer.h"
#include "proxy/policy/exchange.h"

namespace weft::proxy {

// Sends the response. A response that cannot be completed ends the client's connection in the middle of it, so that the
// client knows.
runtime::Task<void> relay(Exchange& exchange, Answer& answer, http::ServerStream& client);

}  // namespace weft::proxy
