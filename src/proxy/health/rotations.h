// Rotations: what the main thread knows of every cluster's endpoints: which there are, since when, and who is left out.
// Works out who is in rotation, once for all shards, and says what they have to be told. No I/O; time is passed in.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "decide/snapshot.h"
#include "proxy/balance/health_reports.h"
#include "proxy/balance/rotation.h"
#include "proxy/health/check_verdict.h"
#include "proxy/health/outlier_detector.h"

namespace weft::proxy {

// A new rotation for one cluster.
struct RotationChange {
  decide::ClusterId cluster;
  RotationPtr rotation;
};
using RotationChanges = std::vector<RotationChange>;

// One cluster's outlier detection, for statistics.
struct OutlierStatus {
  std::string cluster;
  uint32_t ejected = 0;  // now
  OutlierCounts counts;
};

// Owned by the data plane; main thread.
class Rotations {
 public:
  // Take over a snapshot's clusters, or one cluster's new endpoints; the cluster may not be known yet. Both give the
  // rotations that follow.
  RotationChanges apply(const decide::Snapshot& snapshot, Time now);
  std::optional<RotationChange> apply(decide::ClusterId cluster, decide::EndpointSetPtr endpoints, Time now);

  // What follows from reports.
  RotationChanges judge(std::span<const HealthReport> reports, Time now);

  // Health checks have come to this: nothing may follow. Who passes is no more ejected, if its cluster says so.
  std::optional<RotationChange> take(const CheckVerdict& verdict, Time now);

  // Brings back endpoints whose ejection is over.
  RotationChanges sweep(Time now);
  // When to call it next, whatever happens until then; nothing: not before the next ejection.
  std::optional<Time> next_sweep() const;

  // The cluster's present one; nullptr while cluster or endpoints are missing.
  RotationPtr rotation_of(decide::ClusterId cluster) { return at(cluster).rotation; }
  // Of the clusters that detect outliers.
  std::vector<OutlierStatus> outliers() const;

 private:
  // One cluster. Its endpoints outlive a configuration that leaves the cluster out for a while.
  struct Entry {
    decide::ClusterPtr config;
    decide::EndpointSetPtr delivered;  // by discovery
    decide::EndpointSetPtr endpoints;  // these, and those that are kept because they pass their checks
    OutlierDetector detector;
    // Endpoints that pass their health checks, with when they came back after failing; empty where there are none.
    std::unordered_map<decide::EndpointAddress, Time> passing;
    RotationPtr rotation;  // the present one; its standings are what is remembered of endpoints

    bool detects() const { return config && config->outlier_detection; }
    bool checks() const { return config && config->health_check; }
  };

  Entry& at(decide::ClusterId cluster);
  void settle_checks(Entry& entry);
  void mark_failing(const Entry& entry, std::vector<EndpointStanding>& standings);
  RotationPtr renew(Entry& entry, Time now);

  std::vector<Entry> entries_;  // by ClusterId
};

}  // namespace weft::proxy
