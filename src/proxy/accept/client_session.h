// What becomes of one accepted connection: where was it going, what does it speak, which filter chain takes it.
#pragma once

#include <memory>

#include "net/socket_stream.h"
#include "proxy/policy/record_sink.h"

namespace weft::proxy {

// Serves the connection until it ends. `accepted_at` is the address of the listening socket.
runtime::Task<void> serve_client(Shard& shard, RecordSink& sink, decide::SocketAddress accepted_at,
                                 std::unique_ptr<net::SocketStream> client);

}  // namespace weft::proxy
