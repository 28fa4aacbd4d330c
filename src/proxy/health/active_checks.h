// ActiveChecks: asks the endpoints of every cluster that has a health check, each in its own time, and tells what
// changes. By whom they are asked does not depend on the number of shards: it is the main thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/random.h"
#include "decide/snapshot.h"
#include "proxy/balance/rotation.h"
#include "proxy/health/check_record.h"
#include "proxy/health/check_verdict.h"
#include "proxy/health/probe.h"

namespace weft::proxy {

// What was counted, by the names of Envoy's statistics.
struct CheckCounts {
  uint64_t attempts = 0;
  uint64_t successes = 0;
  uint64_t failures = 0;
  uint64_t network_failures = 0;  // of these, for want of an answer
};

// One cluster's checks, for statistics.
struct CheckStatus {
  std::string cluster;
  uint32_t passing = 0;  // now
  CheckCounts counts;
};

// Owned by the data plane; its reactor's thread. Sessions outlive pushes: what they have seen is lost only with their
// endpoint or when the check itself changes.
class ActiveChecks {
 public:
  // Told of every endpoint's first result, of each change, and of each success of one that passes. Called from within a
  // check: it must not call back.
  using Publish = std::function<void(const CheckVerdict&)>;

  ActiveChecks(runtime::Reactor& reactor, Dialer& dialer, Random& random, Publish publish);
  ~ActiveChecks();

  // From now on the endpoints of this rotation are checked, as its cluster says.
  void follow(decide::ClusterId cluster, const Rotation& rotation);
  // Clusters that are not in the snapshot are checked no more.
  void keep(const decide::Snapshot& snapshot);
  // The cluster has got its first connection: its checks become frequent with the next one.
  void note_traffic(decide::ClusterId cluster);
  // All sessions end.
  void end();

  // Every endpoint of the cluster has had a result.
  bool is_settled(decide::ClusterId cluster) const;
  std::vector<CheckStatus> statuses() const;

 private:
  struct Session;
  // One cluster's.
  struct Checked {
    decide::ClusterPtr config;
    Traffic traffic = Traffic::none;
    CheckCounts counts;
    std::unordered_map<decide::EndpointAddress, std::unique_ptr<Session>> sessions;
  };

  std::unique_ptr<Session> begin(Checked& checked, const Rotation& rotation, size_t position);
  runtime::Task<void> keep_checking(Checked& checked, Session& session);
  void take(Checked& checked, Session& session, CheckResult result, CheckRecord::Effect effect);

  runtime::Reactor* reactor_;
  Dialer* dialer_;
  Random* random_;
  Publish publish_;
  std::map<decide::ClusterId, Checked> clusters_;  // by address: sessions refer to them
};

}  // namespace weft::proxy
