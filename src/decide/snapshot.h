// Snapshot: everything a shard decides by, at one moment: listeners, route tables and clusters that are in force.
// Endpoint sets are not in it: they change far more often and swap apart (D4).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "decide/cluster.h"
#include "decide/listener.h"
#include "decide/routing/route_table.h"

namespace weft::decide {

// Immutable and shared by all shards. Made by the configuration thread.
struct Snapshot {
  uint64_t version = 0;
  std::vector<ListenerPtr> listeners;
  std::vector<RouteTablePtr> route_tables;  // by RouteTableId; nullptr: not there
  std::vector<ClusterPtr> clusters;         // by ClusterId; nullptr: not there
  std::unordered_map<EndpointAddress, const Listener*> by_address;
  std::unordered_map<std::string_view, ClusterId> by_server_name;  // clusters that clients may choose by SNI

  // Fills by_address from listeners, and by_server_name from clusters.
  void index();

  const RouteTable* route_table(RouteTableId id) const {
    return id.value() < route_tables.size() ? route_tables[id.value()].get() : nullptr;
  }
  const ClusterPtr* cluster(ClusterId id) const {
    return id.value() < clusters.size() && clusters[id.value()] ? &clusters[id.value()] : nullptr;
  }
  // The cluster that a client asks for by SNI (Gateway AUTO_PASSTHROUGH). Only names of the form
  // "outbound_.PORT_.SUBSET_.HOST" can be asked for: no client reaches any other cluster by naming it.
  std::optional<ClusterId> cluster_of_server_name(std::string_view name) const;

  // The routes of a chain: its own, or those of its table's present version; nullptr if that is not there.
  const RouteTable* routes_of(const HttpChain& chain) const;

  // The listener with exactly this address, or nullptr.
  const Listener* listener_at(const EndpointAddress& address) const;
  // Who serves a connection that `accepting` took and that was going to `destination`: with use_original_dst the
  // listener of that address, else the one of that port on every address, else `accepting` itself.
  const Listener* listener_for(const Listener& accepting, const SocketAddress& destination) const;
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

}  // namespace weft::decide
