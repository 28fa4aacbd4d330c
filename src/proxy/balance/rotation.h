// Rotation: the endpoints of a cluster that may be picked now, by priority and locality, with their shares and their
// tables for consistent hashing: all that follows from configuration, endpoints and health, and from nothing that one
// shard alone knows. Worked out once, on the configuration thread, whenever one of these changes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "decide/cluster.h"
#include "proxy/balance/error_rows.h"
#include "proxy/balance/hash_table.h"
#include "proxy/balance/health_flags.h"
#include "proxy/balance/priority_shares.h"

namespace weft::proxy {

// What is known of one endpoint beside its entry in the set.
struct EndpointStanding {
  HealthFlags flags;
  Time in_service_since = Time::min();  // where slow start counts from
  ErrorRowsPtr errors;                  // null: nobody counts them

  friend bool operator==(const EndpointStanding&, const EndpointStanding&) = default;
};

// Endpoints among which turns are taken: those of one locality where localities are weighed, else of the whole
// priority. Positions are those in the endpoint set.
struct RotationGroup {
  std::vector<uint32_t> members;
  std::vector<uint64_t> weights_up_to;  // running sums; empty if all weights are equal
  double weight = 1;                    // among the groups of the priority
};

// One priority. Either groups or a table; neither where nobody may be picked.
struct RotationTier {
  PriorityShare share;
  std::vector<RotationGroup> groups;
  HashTablePtr table;
};

// Immutable and shared by all shards.
struct Rotation {
  decide::ClusterPtr cluster;
  decide::EndpointSetPtr endpoints;
  std::vector<EndpointStanding> standings;  // by position in the set
  std::vector<RotationTier> tiers;          // by priority
  Time slow_start_ends = Time::min();       // after it every endpoint has its full weight

  bool is_healthy(uint32_t position) const { return standings[position].flags.is_healthy(); }
};

using RotationPtr = std::shared_ptr<const Rotation>;

// `standings` are in the order of the endpoints; none: all healthy but for what the set itself says, and in service for
// ever. Pure.
RotationPtr make_rotation(decide::ClusterPtr cluster, decide::EndpointSetPtr endpoints,
                          std::vector<EndpointStanding> standings = {});

}  // namespace weft::proxy
