#include "proxy/balance/rotation.h"

#include <algorithm>
#include <map>

namespace weft::proxy {
namespace {

using Positions = std::vector<uint32_t>;

// Builds one rotation. The endpoint set is in order of priority.
class RotationBuilder {
 public:
  explicit RotationBuilder(Rotation& rotation) : cluster_(*rotation.cluster), rotation_(rotation) {}

  void build() {
    std::vector<Positions> priorities = by_priority();
    std::vector<PriorityHealth> health;
    for (const auto& members : priorities) health.push_back({size_of(members), size_of(serving(members, false))});
    const auto shares = share_among(
        health, {.overprovisioning_percent = set().overprovisioning_percent, .panic_percent = cluster_.panic_percent});
    for (size_t at = 0; at < priorities.size(); ++at) add_tier(priorities[at], shares[at]);
    note_slow_start();
  }

 private:
  const decide::EndpointSet& set() const { return *rotation_.endpoints; }
  const decide::Endpoint& endpoint(uint32_t position) const { return set().endpoints[position]; }
  static uint32_t size_of(const Positions& positions) { return static_cast<uint32_t>(positions.size()); }

  std::vector<Positions> by_priority() const {
    std::vector<Positions> priorities;
    for (uint32_t at = 0; at < set().endpoints.size(); ++at) {
      const uint32_t priority = endpoint(at).priority;
      if (priority >= priorities.size()) priorities.resize(priority + 1);
      priorities[priority].push_back(at);
    }
    return priorities;
  }

  // Those that get requests: the healthy ones, or all in a panic.
  Positions serving(const Positions& members, bool is_panicking) const {
    Positions result;
    std::ranges::copy_if(members, std::back_inserter(result),
                         [&](uint32_t at) { return is_panicking || rotation_.is_healthy(at); });
    return result;
  }

  void add_tier(const Positions& members, const PriorityShare& share) {
    RotationTier& tier = rotation_.tiers.emplace_back();
    tier.share = share;
    const Positions in_service = serving(members, share.is_panicking);
    if (in_service.empty()) return;
    const bool is_hashed =
        cluster_.balancing == decide::Balancing::ring_hash || cluster_.balancing == decide::Balancing::maglev;
    if (is_hashed) {
      tier.table = table_of(in_service);
      return;
    }
    if (cluster_.weighs_localities) add_localities(members, share.is_panicking, tier);
    if (tier.groups.empty()) tier.groups.push_back(group_of(in_service));
  }

  // A locality that is partly out of order keeps its weight as long as the rest can take it (overprovisioning).
  void add_localities(const Positions& members, bool is_panicking, RotationTier& tier) const {
    for (const auto& [locality, positions] : by_locality(members)) {
      const Positions in_service = serving(positions, is_panicking);
      const uint32_t weight = set().localities[locality].weight;
      if (in_service.empty() || weight == 0) continue;
      const double alive = static_cast<double>(in_service.size()) / static_cast<double>(positions.size());
      RotationGroup& group = tier.groups.emplace_back(group_of(in_service));
      group.weight = weight * std::min(1.0, alive * set().overprovisioning_percent / 100);
    }
  }

  std::map<uint32_t, Positions> by_locality(const Positions& members) const {
    std::map<uint32_t, Positions> localities;
    for (const uint32_t at : members) localities[endpoint(at).locality].push_back(at);
    return localities;
  }

  RotationGroup group_of(const Positions& members) const {
    RotationGroup group{.members = members};
    const uint32_t first = endpoint(members.front()).weight;
    if (std::ranges::all_of(members, [&](uint32_t at) { return endpoint(at).weight == first; })) return group;
    uint64_t sum = 0;
    for (const uint32_t at : members) group.weights_up_to.push_back(sum += endpoint(at).weight);
    return group;
  }

  HashTablePtr table_of(const Positions& members) const {
    std::vector<HashTableEntry> entries;
    const auto locality_sums = weights_by_locality(members);
    double sum = 0;
    for (const uint32_t at : members) {
      const double weight = hash_weight(at, locality_sums);
      if (weight <= 0) continue;
      sum += weight;
      entries.push_back({at, endpoint(at).address.to_string(), weight});
    }
    if (entries.empty()) return nullptr;
    for (auto& entry : entries) entry.weight /= sum;
    const auto& size = cluster_.hash_table;
    if (cluster_.balancing == decide::Balancing::maglev) return make_maglev_table(entries, size.maglev);
    return make_hash_ring(entries, size.ring_min, size.ring_max);
  }

  // Its own weight; its part of its locality's where localities are weighed.
  double hash_weight(uint32_t at, const std::vector<double>& locality_sums) const {
    const double own = endpoint(at).weight;
    const uint32_t locality = endpoint(at).locality;
    return cluster_.weighs_localities ? set().localities[locality].weight * own / locality_sums[locality] : own;
  }

  std::vector<double> weights_by_locality(const Positions& members) const {
    std::vector<double> sums(set().localities.size());
    for (const uint32_t at : members) sums[endpoint(at).locality] += endpoint(at).weight;
    return sums;
  }

  void note_slow_start() {
    if (!cluster_.slow_start) return;
    for (const auto& standing : rotation_.standings) {
      if (standing.in_service_since == Time::min()) continue;
      rotation_.slow_start_ends =
          std::max(rotation_.slow_start_ends, standing.in_service_since + cluster_.slow_start->window);
    }
  }

  const decide::Cluster& cluster_;
  Rotation& rotation_;
};

}  // namespace

RotationPtr make_rotation(decide::ClusterPtr cluster, decide::EndpointSetPtr endpoints,
                          std::vector<EndpointStanding> standings) {
  auto rotation = std::make_shared<Rotation>();
  rotation->cluster = std::move(cluster);
  rotation->standings = std::move(standings);
  rotation->standings.resize(endpoints->endpoints.size());
  for (size_t at = 0; at < rotation->standings.size(); ++at) {
    if (!endpoints->endpoints[at].is_healthy) rotation->standings[at].flags.set(HealthFlag::failed_discovery);
  }
  rotation->endpoints = std::move(endpoints);
  RotationBuilder(*rotation).build();
  return rotation;
}

}  // namespace weft::proxy
