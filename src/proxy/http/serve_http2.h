// HTTP/2 to a client: many requests at once on one connection.
#pragma once

#include "base/byte_buffer.h"
#include "proxy/http/serve_connection.h"

namespace weft::proxy {

// Serves until the connection is over. `early`: what was received of it already, its preface first.
WEFT_OWN_FRAME runtime::Task<void> serve_http2(HttpService service, net::Stream& stream, ByteBuffer& early,
                                               ChainFollower& follower, const ClientFacts& client);

}  // namespace weft::proxy
