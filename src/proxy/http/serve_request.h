// The life of one request.
#pragma once

#include "http/server_stream.h"
#include "proxy/policy/policy.h"
#include "proxy/policy/record_sink.h"

namespace weft::proxy {

// Serves the request whose head is in the exchange; afterwards the connection takes another one, or says that it does
// not. A request that was upgraded keeps its connection until the tunnel ends.
WEFT_OWN_FRAME runtime::Task<void> serve_request(http::ServerStream& client, Exchange& exchange, Stack stack,
                                                 RecordSink& sink);

}  // namespace weft::proxy
