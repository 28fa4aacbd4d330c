#include "proxy/balance/picker.h"

#include <algorithm>

namespace weft::proxy {
namespace {

constexpr uint32_t kPercent = 100;
// How often one draws again for an endpoint that is past its slow start, before a new one will do.
constexpr int kDrawsMax = 16;
constexpr int kRedrawsMax = 8;

// Uneven turns: the weights differ, or will for a while.
void begin_round(const RotationGroup& group, const Rotation& rotation, Random& random, Turns& turns) {
  const bool is_even = group.weights_up_to.empty() && rotation.slow_start_ends == Time::min();
  if (is_even) return turns.begin_equal(group.members.size(), random);
  std::vector<double> weights;
  for (const uint32_t member : group.members) weights.push_back(rotation.endpoints->endpoints[member].weight);
  turns.begin(weights, random);
}

}  // namespace

void Picker::use(RotationPtr rotation, std::span<const EndpointRef> endpoints, Random& random) {
  rotation_ = std::move(rotation);
  endpoints_ = endpoints;
  turns_.assign(rotation_->tiers.size(), {});
  for (size_t at = 0; at < turns_.size(); ++at) {
    const RotationTier& tier = rotation_->tiers[at];
    std::vector<double> weights;
    for (const auto& group : tier.groups) weights.push_back(group.weight);
    turns_[at].groups.begin(weights, random);
    if (cluster().balancing != decide::Balancing::round_robin) continue;
    for (const auto& group : tier.groups) {
      begin_round(group, *rotation_, random, turns_[at].members.emplace_back());
    }
  }
}

Endpoint* Picker::pick(const PickContext& context, uint32_t attempt) {
  if (!rotation_ || rotation_->tiers.empty()) return nullptr;
  // Consistent hashing without a hash is a random choice, and one number serves both draws, as in Envoy.
  const bool has_one_tier = rotation_->tiers.front().share.percent == kPercent;
  const bool is_hashed = rotation_->tiers.front().table != nullptr || !has_one_tier;
  const uint64_t hash = !is_hashed ? 0 : context.hash ? *context.hash : context.random.next();
  const RotationTier* tier = has_one_tier ? &rotation_->tiers.front() : choose_tier(hash);
  if (context.left_priorities != 0) [[unlikely]] {
    if (const RotationTier* other = choose_other_tier(context)) tier = other;
  }
  if (tier->table) return at(tier->table->find(hash, attempt));
  return tier->groups.empty() ? nullptr : pick_in(*tier, context);
}

const RotationTier* Picker::choose_tier(uint64_t draw) const {
  uint64_t left = draw % kPercent;
  for (const RotationTier& tier : rotation_->tiers) {
    if (left < tier.share.percent) return &tier;
    left -= tier.share.percent;
  }
  return &rotation_->tiers.front();
}

// The first of those not left out that has somebody to pick, healthier ones first: what a retry wants is elsewhere.
const RotationTier* Picker::choose_other_tier(const PickContext& context) const {
  const RotationTier* best = nullptr;
  for (size_t at = 0; at < rotation_->tiers.size(); ++at) {
    const RotationTier& tier = rotation_->tiers[at];
    if (context.leaves(at) || (tier.groups.empty() && !tier.table)) continue;
    if (best == nullptr || tier.share.availability > best->share.availability) best = &tier;
  }
  return best;
}

Endpoint* Picker::pick_in(const RotationTier& tier, const PickContext& context) {
  TierTurns& turns = turns_[static_cast<size_t>(&tier - rotation_->tiers.data())];
  const size_t chosen =
      tier.groups.size() == 1 ? 0 : turns.groups.next([&](size_t group) { return tier.groups[group].weight; });
  const RotationGroup& group = tier.groups[chosen];
  if (group.members.size() == 1) return at(group.members.front());
  switch (cluster().balancing) {
    case decide::Balancing::least_request:
    case decide::Balancing::peak_ewma:
      return cheapest(group, context);
    case decide::Balancing::round_robin:
      return next_in_round(group, turns.members[chosen], context.now);
    default:
      return draw(group, context);
  }
}

Endpoint* Picker::next_in_round(const RotationGroup& group, Turns& turns, Time now) {
  const size_t member = turns.next([&](size_t one) { return weight_of(*at(group.members[one]), now); });
  return at(group.members[member]);
}

Endpoint* Picker::draw(const RotationGroup& group, const PickContext& context) const {
  Endpoint* drawn = draw_new(group, context.random);
  if (!is_warming(context.now)) return drawn;
  // One in slow start is accepted as often as its share says.
  constexpr uint64_t kSteps = 1 << 20;
  for (int draws = 1; draws < kDrawsMax; ++draws) {
    const double share = weight_of(*drawn, context.now) / drawn->weight;
    if (static_cast<double>(context.random.below(kSteps)) < share * kSteps) return drawn;
    drawn = draw_new(group, context.random);
  }
  return drawn;
}

Endpoint* Picker::draw_new(const RotationGroup& group, Random& random) const {
  const auto& sums = group.weights_up_to;
  if (sums.empty()) return at(group.members[random.below(group.members.size())]);
  const auto found = std::ranges::upper_bound(sums, random.below(sums.back()));
  return at(group.members[static_cast<size_t>(found - sums.begin())]);
}

// The best of a few drawn by weight; among equals the first drawn, so that idle endpoints share by weight. A draw that
// falls on the best so far compares nothing and is repeated, within reason: weights may leave nothing else to draw.
Endpoint* Picker::cheapest(const RotationGroup& group, const PickContext& context) const {
  Endpoint* best = draw(group, context);
  double lowest = cost_of(*best, context.now);
  for (uint32_t drawn = 1; drawn < cluster().choices; ++drawn) {
    Endpoint* other = draw(group, context);
    for (int again = 0; other == best && again < kRedrawsMax; ++again) other = draw(group, context);
    const double cost = cost_of(*other, context.now);
    if (cost >= lowest) continue;
    best = other;
    lowest = cost;
  }
  return best;
}

double Picker::cost_of(const Endpoint& endpoint, Time now) const {
  const double weight = weight_of(endpoint, now);
  if (cluster().balancing == decide::Balancing::least_request) return endpoint.active_requests / weight;
  return endpoint.latency.at(now, cluster().peak_ewma) * (endpoint.active_requests + 1) / weight;
}

double Picker::weight_of(const Endpoint& endpoint, Time now) const {
  if (!is_warming(now) || endpoint.in_service_since == Time::min()) return endpoint.weight;
  return endpoint.weight * cluster().slow_start->share_after(now - endpoint.in_service_since);
}

}  // namespace weft::proxy
