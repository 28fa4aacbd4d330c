// Clusters: all clusters of one shard by their stable ids.
#pragma once

#include <memory>
#include <vector>

#include "decide/snapshot.h"
#include "proxy/balance/cluster_state.h"

namespace weft::proxy {

// One shard's. States are never destroyed while the shard lives, so pointers to them stay good; one costs a few hundred
// bytes, and ids are as many as names were ever seen.
class Clusters {
 public:
  explicit Clusters(ShardShare share, HealthReports* reports = nullptr) : share_(share), reports_(reports) {}

  // Takes over the clusters of a snapshot: new, changed and gone ones.
  void configure(const decide::Snapshot& snapshot) {
    for (size_t at = 0; at < snapshot.clusters.size(); ++at) {
      const auto& wanted = snapshot.clusters[at];
      ClusterState* state = find(decide::ClusterId(static_cast<uint32_t>(at)));
      if (state == nullptr && !wanted) continue;
      if (state == nullptr) state = &at_id(decide::ClusterId(static_cast<uint32_t>(at)));
      if (state->config() != wanted.get()) state->configure(wanted);
    }
  }

  // The state of a cluster, made at first mention: endpoints may arrive before the snapshot that uses them.
  ClusterState& at_id(decide::ClusterId id) {
    if (id.value() >= states_.size()) states_.resize(id.value() + 1);
    auto& state = states_[id.value()];
    if (!state) state = std::make_unique<ClusterState>(ids_, share_, reports_);
    return *state;
  }
  // nullptr for one that was never mentioned.
  ClusterState* find(decide::ClusterId id) { return id.value() < states_.size() ? states_[id.value()].get() : nullptr; }

  const std::vector<std::unique_ptr<ClusterState>>& all() const { return states_; }

 private:
  ShardShare share_;
  HealthReports* reports_;
  EndpointIds ids_;  // before states_: endpoints give their ids back when they end
  std::vector<std::unique_ptr<ClusterState>> states_;
};

}  // namespace weft::proxy
