// ClusterState: one cluster at run time in one shard: its endpoints, the balancer's place, what is in use. Keyed by the
// stable ClusterId, so it survives every push; configuration and endpoints are exchanged inside it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "decide/cluster.h"
#include "proxy/balance/endpoint.h"
#include "proxy/balance/health_reports.h"
#include "proxy/balance/pick_context.h"
#include "proxy/balance/picker.h"

namespace weft::proxy {

// How an attempt at an endpoint ended, for outlier detection, balancing by latency, and statistics.
struct Observation {
  Time at{};
  std::optional<uint16_t> status{};  // nothing: there was no answer
  Duration took{};                   // to the answer's head, or to the failure
};

// Counts of what is going on, held against the cluster's limits. Limits hold per proxy: each shard is given an even
// share of them for good (`Shares`), which is exact for one shard and never exceeds the limit for several.
struct InUse {
  uint32_t connections = 0;
  uint32_t pending = 0;  // requests that wait for a connection, also for one being dialled
  uint32_t requests = 0;
  uint32_t retries = 0;
};

// This shard among all of them.
struct ShardShare {
  uint32_t index = 0;
  uint32_t shards = 1;

  // This shard's part of a limit; the first shards get the remainder.
  uint32_t of(uint32_t limit) const { return limit / shards + (index < limit % shards ? 1 : 0); }
};

// One shard's; lives as long as the shard.
class ClusterState {
 public:
  // `reports` outlives it; nullptr: nobody is told of failures.
  ClusterState(EndpointIds& ids, ShardShare share, HealthReports* reports = nullptr)
      : ids_(&ids), share_(share), reports_(reports) {}
  ~ClusterState();
  ClusterState(const ClusterState&) = delete;
  ClusterState& operator=(const ClusterState&) = delete;

  // nullptr: the cluster is not known any more; its endpoints stay until they are taken away too.
  void configure(decide::ClusterPtr config);
  const decide::Cluster* config() const { return config_.get(); }
  const decide::ClusterPtr& shared_config() const { return config_; }
  const decide::Limits& limits() const { return limits_; }
  // How many retries may be under way now.
  uint32_t retries_allowed() const;

  // Takes over who is in rotation. Endpoints that stay keep their load and connections.
  void take(RotationPtr rotation, Random& random);

  // The endpoint for the next request; nothing when none is usable.
  EndpointRef pick(const PickContext& context);

  // The endpoint of exactly this address, made when it is first asked for (ORIGINAL_DST).
  EndpointRef endpoint_at(const decide::SocketAddress& address);
  // Forgets ORIGINAL_DST endpoints that nothing uses.
  void forget_unused();

  // Called once per attempt that says something about the endpoint, and per TCP connection with the status 200 or none.
  // Where there is outlier detection, too many errors in a row are reported.
  void observe(Endpoint& endpoint, const Observation& seen);

  // Called with each connection that is opened. Where there are health checks, the first one is reported.
  void count_connection();

  InUse in_use;
  std::span<const EndpointRef> endpoints() const { return endpoints_; }

 private:
  Endpoint* untried_like(Endpoint& tried, const PickContext& context) const;

  EndpointIds* ids_;
  ShardShare share_;
  HealthReports* reports_;
  decide::ClusterPtr config_;
  decide::Limits limits_;  // this shard's share of config_'s
  std::vector<EndpointRef> endpoints_;
  std::unordered_map<decide::SocketAddress, EndpointRef> by_destination_;
  Picker picker_;
  bool has_told_of_use_ = false;
};

}  // namespace weft::proxy
