#include "proxy/health/rotations.h"

#include <algorithm>
#include <unordered_map>

#include "base/log.h"
#include "proxy/health/kept_endpoints.h"

namespace weft::proxy {
namespace {

// What is remembered of the endpoints since `before`: since when each is in service; those of the first set for ever,
// so that they share evenly from the start.
std::vector<EndpointStanding> standings_of(const decide::EndpointSet& endpoints, const Rotation* before, Time now) {
  std::vector<EndpointStanding> standings(endpoints.endpoints.size());
  if (before == nullptr || before->endpoints->endpoints.empty()) return standings;
  std::unordered_map<decide::EndpointAddress, const EndpointStanding*> known;
  for (size_t at = 0; at < before->standings.size(); ++at)
    known.emplace(before->endpoints->endpoints[at].address, &before->standings[at]);
  for (size_t at = 0; at < standings.size(); ++at) {
    const auto found = known.find(endpoints.endpoints[at].address);
    if (found == known.end()) {
      standings[at].in_service_since = now;
    } else {
      standings[at] = *found->second;
    }
  }
  return standings;
}

// Who is ejected, and what errors count for the rest: who is back from an ejection begins anew.
void note_ejections(const decide::EndpointSet& endpoints, const OutlierDetector& detector,
                    std::vector<EndpointStanding>& standings) {
  for (size_t at = 0; at < standings.size(); ++at) {
    EndpointStanding& standing = standings[at];
    const bool was_ejected = standing.flags.has(HealthFlag::failed_outlier_check);
    const bool is_ejected = detector.is_ejected(endpoints.endpoints[at].address);
    standing.flags = {};
    if (is_ejected) standing.flags.set(HealthFlag::failed_outlier_check);
    if (!standing.errors || (was_ejected && !is_ejected)) standing.errors = std::make_shared<ErrorRows>();
  }
}

}  // namespace

Rotations::Entry& Rotations::at(decide::ClusterId cluster) {
  if (cluster.value() >= entries_.size()) entries_.resize(cluster.value() + 1);
  return entries_[cluster.value()];
}

RotationChanges Rotations::apply(const decide::Snapshot& snapshot, Time now) {
  RotationChanges changes;
  for (size_t index = 0; index < snapshot.clusters.size(); ++index) {
    const decide::ClusterId cluster(static_cast<uint32_t>(index));
    const auto& wanted = snapshot.clusters[index];
    Entry& entry = at(cluster);
    if (entry.config == wanted) continue;
    entry.config = wanted;
    if (!wanted) {
      entry.detector = {};
      entry.passing.clear();
    }
    if (!wanted || !entry.delivered) continue;
    changes.push_back({cluster, renew(entry, now)});
  }
  return changes;
}

std::optional<RotationChange> Rotations::apply(decide::ClusterId cluster, decide::EndpointSetPtr endpoints, Time now) {
  Entry& entry = at(cluster);
  entry.delivered = std::move(endpoints);
  if (!entry.config) return std::nullopt;
  return RotationChange{cluster, renew(entry, now)};
}

// Which endpoints there are and which of them pass. Who was in service before there were checks passes until its first.
void Rotations::settle_checks(Entry& entry) {
  if (!entry.checks()) {
    entry.endpoints = entry.delivered;
    entry.passing.clear();
    return;
  }
  const bool had_checks = entry.rotation && entry.rotation->cluster->health_check;
  if (entry.rotation && !had_checks) {
    for (const auto& endpoint : entry.endpoints->endpoints) entry.passing.emplace(endpoint.address, Time::min());
  }
  const auto passes = [&](const decide::EndpointAddress& endpoint) { return entry.passing.contains(endpoint); };
  const bool keeps = had_checks && entry.config->keeps_removed_endpoints;
  entry.endpoints = keeps ? with_kept(entry.delivered, *entry.endpoints, passes) : entry.delivered;
  std::erase_if(entry.passing, [&](const auto& one) {
    return std::ranges::none_of(entry.endpoints->endpoints,
                                [&](const decide::Endpoint& endpoint) { return endpoint.address == one.first; });
  });
}

void Rotations::mark_failing(const Entry& entry, std::vector<EndpointStanding>& standings) {
  for (size_t at = 0; at < standings.size(); ++at) {
    const decide::Endpoint& endpoint = entry.endpoints->endpoints[at];
    if (endpoint.check_target && endpoint.check_target->is_exempt) continue;
    const auto passing = entry.passing.find(endpoint.address);
    if (passing == entry.passing.end()) {
      standings[at].flags.set(HealthFlag::failed_active_check);
    } else {
      standings[at].in_service_since = std::max(standings[at].in_service_since, passing->second);
    }
  }
}

// Without detection nobody is ejected, and what was counted before does not matter any more.
RotationPtr Rotations::renew(Entry& entry, Time now) {
  settle_checks(entry);
  auto standings = standings_of(*entry.endpoints, entry.rotation.get(), now);
  if (entry.detects()) {
    entry.detector.configure(*entry.config->outlier_detection);
    entry.detector.keep(*entry.endpoints);
    note_ejections(*entry.endpoints, entry.detector, standings);
  } else {
    entry.detector = {};
    for (auto& standing : standings)
      standing = {.flags = {}, .in_service_since = standing.in_service_since, .errors = {}};
  }
  if (entry.checks()) mark_failing(entry, standings);
  entry.rotation = make_rotation(entry.config, entry.endpoints, std::move(standings));
  return entry.rotation;
}

RotationChanges Rotations::judge(std::span<const HealthReport> reports, Time now) {
  std::vector<decide::ClusterId> changed;
  for (const auto& [cluster, endpoint, cause] : reports) {
    Entry& entry = at(cluster);
    if (!cause || !entry.detects() || !entry.rotation) continue;
    if (!entry.detector.eject(endpoint, *cause, now)) continue;
    log::info("endpoint {} of {} ejected for its errors", endpoint.to_string(), entry.config->name);
    changed.push_back(cluster);
  }
  std::ranges::sort(changed);
  const auto repeated = std::ranges::unique(changed);
  changed.erase(repeated.begin(), repeated.end());
  RotationChanges changes;
  for (const decide::ClusterId cluster : changed) changes.push_back({cluster, renew(at(cluster), now)});
  return changes;
}

std::optional<RotationChange> Rotations::take(const CheckVerdict& verdict, Time now) {
  Entry& entry = at(verdict.cluster);
  if (!entry.checks() || !entry.rotation) return std::nullopt;
  const bool is_known = std::ranges::any_of(entry.endpoints->endpoints, [&](const decide::Endpoint& endpoint) {
    return endpoint.address == verdict.endpoint;
  });
  if (!is_known) return std::nullopt;
  bool has_changed = false;
  if (verdict.standing == CheckStanding::failing) {
    has_changed = entry.passing.erase(verdict.endpoint) > 0;
  } else {
    has_changed = entry.passing.emplace(verdict.endpoint, verdict.is_first ? Time::min() : now).second;
    const bool ends_ejection = entry.detects() && entry.config->outlier_detection->ends_by_health_check;
    if (ends_ejection && entry.detector.bring_back(verdict.endpoint, now)) has_changed = true;
  }
  if (!has_changed) return std::nullopt;
  return RotationChange{verdict.cluster, renew(entry, now)};
}

RotationChanges Rotations::sweep(Time now) {
  RotationChanges changes;
  for (size_t index = 0; index < entries_.size(); ++index) {
    Entry& entry = entries_[index];
    const auto due = entry.detector.next_sweep();
    if (!due || *due > now || !entry.detector.sweep(now)) continue;
    log::info("endpoints of {} are back after their ejection", entry.config->name);
    changes.push_back({decide::ClusterId(static_cast<uint32_t>(index)), renew(entry, now)});
  }
  return changes;
}

std::optional<Time> Rotations::next_sweep() const {
  std::optional<Time> next;
  for (const Entry& entry : entries_) {
    const auto due = entry.detector.next_sweep();
    if (due && (!next || *due < *next)) next = due;
  }
  return next;
}

std::vector<OutlierStatus> Rotations::outliers() const {
  std::vector<OutlierStatus> all;
  for (const Entry& entry : entries_) {
    if (entry.detects()) all.push_back({entry.config->name, entry.detector.ejected(), entry.detector.counts()});
  }
  return all;
}

}  // namespace weft::proxy
