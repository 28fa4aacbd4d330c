// A client's connection that is not HTTP: a cluster and an endpoint are chosen once, then bytes flow.
#pragma once

#include <memory>

#include "net/socket_stream.h"
#include "proxy/policy/record_sink.h"

namespace weft::proxy {

// `decided_by` keeps the chain alive. A client that cannot be connected is closed with a reset, as Envoy does.
runtime::Task<void> relay_tcp(Shard& shard, net::SocketStream& client, const decide::TcpChain& chain,
                              SnapshotRef decided_by, const ClientFacts& facts, RecordSink& sink);

}  // namespace weft::proxy
