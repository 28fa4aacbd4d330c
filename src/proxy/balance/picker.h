// Picker: which endpoint of a rotation gets the next request. The rotation says who is in it and with which share; here
// is what one shard adds: whose turn it is, who is busy, who is slow.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "decide/cluster.h"
#include "proxy/balance/pick_context.h"
#include "proxy/balance/rotation.h"
#include "proxy/balance/turns.h"

namespace weft::proxy {

// Held by a cluster's state. One shard. Picking allocates nothing.
class Picker {
 public:
  // Takes over a rotation. `endpoints` are the shard's, in the order of the rotation's set, and stay until the next
  // call.
  void use(RotationPtr rotation, std::span<const EndpointRef> endpoints, Random& random);

  // nullptr if nobody may be picked. `attempt` counts the picks for one request: where a hash decides, each leads to
  // another endpoint.
  Endpoint* pick(const PickContext& context, uint32_t attempt = 0);

 private:
  // Whose turn it is within a tier: among its groups, and in each group.
  struct TierTurns {
    Turns groups;
    std::vector<Turns> members;
  };

  const RotationTier* choose_tier(uint64_t draw) const;
  const RotationTier* choose_other_tier(const PickContext& context) const;
  Endpoint* pick_in(const RotationTier& tier, const PickContext& context);
  Endpoint* next_in_round(const RotationGroup& group, Turns& turns, Time now);
  Endpoint* draw(const RotationGroup& group, const PickContext& context) const;
  Endpoint* draw_new(const RotationGroup& group, Random& random) const;
  Endpoint* cheapest(const RotationGroup& group, const PickContext& context) const;

  const decide::Cluster& cluster() const { return *rotation_->cluster; }
  Endpoint* at(uint32_t position) const { return endpoints_[position].get(); }
  double weight_of(const Endpoint& endpoint, Time now) const;
  double cost_of(const Endpoint& endpoint, Time now) const;
  bool is_warming(Time now) const { return now < rotation_->slow_start_ends; }

  RotationPtr rotation_;
  std::span<const EndpointRef> endpoints_;
  std::vector<TierTurns> turns_;  // by tier
};

}  // namespace weft::proxy
