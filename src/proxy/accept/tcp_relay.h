// A client's connection that is not HTTP: a cluster and an endpoint are chosen once, then bytes flow.
#pragma once

#include "net/stream.h"
#include "proxy/policy/record_sink.h"

namespace weft::proxy {

// Ends when both sides have finished, or at a limit of the chain's. `decided_by` keeps the chain alive until then it is
// not needed any more. A client that cannot be connected is reset, as Envoy does, and so is a side whose other side
// broke: it must not take what it got for all there was.
WEFT_OWN_FRAME runtime::Task<void> relay_tcp(Shard& shard, net::Stream& client, const decide::TcpChain& chain,
                                             SnapshotRef decided_by, const ClientFacts& facts, RecordSink& sink);

}  // namespace weft::proxy
