// SnapshotSink: who puts configuration into force: the data plane. The configuration decides what, this brings it to
// the shards.
#pragma once

#include <vector>

#include "base/error.h"
#include "decide/snapshot.h"
#include "runtime/task.h"

namespace weft::proxy {

// A new endpoint set for one cluster.
struct EndpointChange {
  decide::ClusterId cluster;
  decide::EndpointSetPtr endpoints;
};

// Called on the configuration's thread.
class SnapshotSink {
 public:
  virtual ~SnapshotSink() = default;

  // Makes sure that the listener's address can be served, by binding it for every shard; nothing is accepted before a
  // snapshot brings the listener. Fails when the address is taken.
  virtual Result<> open(const decide::Listener& listener) = 0;

  // Both end when every shard works by what it was given. Calls take effect in their order.
  virtual runtime::Task<void> apply(decide::SnapshotPtr snapshot) = 0;
  virtual runtime::Task<void> apply(std::vector<EndpointChange> changes) = 0;
};

}  // namespace weft::proxy
