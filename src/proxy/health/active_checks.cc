#include "proxy/health/active_checks.h"

#include <algorithm>

#include "base/log.h"
#include "runtime/side_task.h"
#include "runtime/signal.h"

namespace weft::proxy {
namespace {

// Where and by which name an endpoint is asked: as it serves, but for what its own configuration says.
ProbeParts probe_parts(runtime::Reactor& reactor, Dialer& dialer, const decide::Cluster& cluster,
                       const decide::Endpoint& endpoint) {
  ProbeParts parts{.reactor = reactor,
                   .dialer = dialer,
                   .check = cluster.health_check,
                   .to = endpoint.address,
                   .source = cluster.source_address,
                   .authority = cluster.name};
  if (const decide::CheckTarget* const target = endpoint.check_target.get()) {
    if (target->ip) parts.to.socket_file.clear();
    parts.to.ip = target->ip.value_or(parts.to.ip);
    parts.to.port = target->port.value_or(parts.to.port);
  }
  return parts;
}

// A name of the endpoint's own goes before that of the check.
decide::HealthCheckPtr named(const decide::HealthCheckPtr& check, const decide::Endpoint& endpoint) {
  if (endpoint.check_target == nullptr || endpoint.check_target->host.empty()) return check;
  auto own = std::make_shared<decide::HealthCheck>(*check);
  if (auto* const http = std::get_if<decide::HttpCheck>(&own->how)) http->host = endpoint.check_target->host;
  if (auto* const grpc = std::get_if<decide::GrpcCheck>(&own->how)) grpc->authority = endpoint.check_target->host;
  return own;
}

bool is_exempt(const decide::Endpoint& endpoint) {
  return endpoint.check_target != nullptr && endpoint.check_target->is_exempt;
}

}  // namespace

// One endpoint while it is checked.
struct ActiveChecks::Session {
  decide::ClusterId cluster;
  decide::EndpointAddress endpoint;
  decide::HealthCheckPtr check;                       // the cluster's, by which a change is noticed
  std::shared_ptr<const decide::CheckTarget> target;  // likewise
  CheckRecord record;
  std::unique_ptr<Probe> probe;
  std::unique_ptr<runtime::SideTask> running;  // last: it uses the others
};

ActiveChecks::ActiveChecks(runtime::Reactor& reactor, Dialer& dialer, Random& random, Publish publish)
    : reactor_(&reactor), dialer_(&dialer), random_(&random), publish_(std::move(publish)) {}

ActiveChecks::~ActiveChecks() = default;

void ActiveChecks::follow(decide::ClusterId cluster, const Rotation& rotation) {
  if (!rotation.cluster->health_check) {
    clusters_.erase(cluster);
    return;
  }
  Checked& checked = clusters_[cluster];
  checked.config = rotation.cluster;
  auto before = std::exchange(checked.sessions, {});
  const auto& endpoints = rotation.endpoints->endpoints;
  for (size_t at = 0; at < endpoints.size(); ++at) {
    if (is_exempt(endpoints[at]) || checked.sessions.contains(endpoints[at].address)) continue;
    auto& session = checked.sessions[endpoints[at].address];
    const auto known = before.find(endpoints[at].address);
    const bool goes_on = known != before.end() && known->second->check == checked.config->health_check &&
                         known->second->target == endpoints[at].check_target;
    session = goes_on ? std::move(known->second) : begin(checked, rotation, at);
  }
}

std::unique_ptr<ActiveChecks::Session> ActiveChecks::begin(Checked& checked, const Rotation& rotation,
                                                           size_t position) {
  const decide::Endpoint& endpoint = rotation.endpoints->endpoints[position];
  auto session = std::make_unique<Session>();
  session->cluster = checked.config->id;
  session->endpoint = endpoint.address;
  session->check = checked.config->health_check;
  session->target = endpoint.check_target;
  session->record = CheckRecord(!rotation.standings[position].flags.has(HealthFlag::failed_active_check));
  ProbeParts parts = probe_parts(*reactor_, *dialer_, *checked.config, endpoint);
  parts.check = named(parts.check, endpoint);
  session->probe = Probe::make(std::move(parts));
  session->running = std::make_unique<runtime::SideTask>(keep_checking(checked, *session));
  return session;
}

runtime::Task<void> ActiveChecks::keep_checking(Checked& checked, Session& session) {
  const decide::HealthCheck& check = *session.check;
  // Not before the next turn of the reactor, so that who begins it has it in hand.
  co_await runtime::sleep_until(*reactor_, reactor_->now() + first_check(check, *random_));
  for (;;) {
    const CheckResult result = co_await session.probe->run(reactor_->now() + check.timeout);
    const bool is_first = !session.record.is_decided();
    const auto effect = session.record.note(result, check);
    take(checked, session, result, effect);
    const bool keeps_passing = result == CheckResult::passed && session.record.is_passing();
    if (is_first || keeps_passing || effect == CheckRecord::Effect::changed) {
      publish_({session.cluster, session.endpoint,
                session.record.is_passing() ? CheckStanding::passing : CheckStanding::failing, is_first});
    }
    co_await runtime::sleep_for(*reactor_, next_check(check, result, effect, checked.traffic, *random_));
  }
}

// Counts and tells a result.
void ActiveChecks::take(Checked& checked, Session& session, CheckResult result, CheckRecord::Effect effect) {
  const bool has_passed = result == CheckResult::passed;
  ++checked.counts.attempts;
  ++(has_passed ? checked.counts.successes : checked.counts.failures);
  if (result == CheckResult::unanswered) ++checked.counts.network_failures;
  const bool has_changed = effect == CheckRecord::Effect::changed;
  const bool is_told = has_changed || (has_passed ? session.check->logs_successes : session.check->logs_failures);
  if (!is_told) return;
  const char* const what = has_passed ? "passes" : result == CheckResult::refused ? "refuses" : "does not answer";
  const char* const follows = !has_changed ? "" : has_passed ? ": it is in service" : ": it is out of service";
  log::info("endpoint {} of {} {} its health check{}", session.endpoint.to_string(), checked.config->name, what,
            follows);
}

void ActiveChecks::keep(const decide::Snapshot& snapshot) {
  std::erase_if(clusters_, [&](const auto& entry) {
    const uint32_t id = entry.first.value();
    return id >= snapshot.clusters.size() || !snapshot.clusters[id];
  });
}

void ActiveChecks::note_traffic(decide::ClusterId cluster) {
  const auto found = clusters_.find(cluster);
  if (found != clusters_.end()) found->second.traffic = Traffic::some;
}

void ActiveChecks::end() {
  clusters_.clear();
}

bool ActiveChecks::is_settled(decide::ClusterId cluster) const {
  const auto found = clusters_.find(cluster);
  if (found == clusters_.end()) return true;
  return std::ranges::all_of(found->second.sessions,
                             [](const auto& session) { return session.second->record.is_decided(); });
}

std::vector<CheckStatus> ActiveChecks::statuses() const {
  std::vector<CheckStatus> all;
  for (const auto& [id, checked] : clusters_) {
    const auto passing = std::ranges::count_if(checked.sessions,
                                               [](const auto& session) { return session.second->record.is_passing(); });
    all.push_back({checked.config->name, static_cast<uint32_t>(passing), checked.counts});
  }
  return all;
}

}  // namespace weft::proxy
