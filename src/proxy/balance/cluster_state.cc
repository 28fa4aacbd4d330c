#include "proxy/balance/cluster_state.h"

#include <algorithm>

namespace weft::proxy {

ClusterState::~ClusterState() {
  for (const auto& endpoint : endpoints_) endpoint->is_gone = true;
}

void ClusterState::configure(decide::ClusterPtr config) {
  config_ = std::move(config);
  if (!config_) return;
  const auto& whole = config_->limits;
  limits_ = {share_.of(whole.connections_max), share_.of(whole.pending_max), share_.of(whole.requests_max),
             share_.of(whole.retries_max), whole.retry_budget};
  // Few as they are, they are of no use if a shard has none of them.
  if (limits_.retry_budget) limits_.retry_budget->always = std::max(1U, share_.of(whole.retry_budget->always));
}

uint32_t ClusterState::retries_allowed() const {
  if (!limits_.retry_budget) return limits_.retries_max;
  const auto& budget = *limits_.retry_budget;
  const double active = in_use.requests + in_use.pending;
  return std::max(budget.always, static_cast<uint32_t>(active * budget.share));
}

void ClusterState::take(RotationPtr rotation, Random& random) {
  std::unordered_map<decide::EndpointAddress, EndpointRef> known;
  for (auto& endpoint : endpoints_) known.emplace(endpoint->address, endpoint);
  endpoints_.clear();
  for (size_t at = 0; at < rotation->endpoints->endpoints.size(); ++at) {
    const decide::Endpoint& wanted = rotation->endpoints->endpoints[at];
    const auto found = known.find(wanted.address);
    EndpointRef endpoint = found == known.end() ? EndpointRef::make(*ids_, *this, wanted.address) : found->second;
    if (found != known.end()) known.erase(found);
    endpoint->weight = wanted.weight;
    endpoint->multiplexes = wanted.multiplexes;
    endpoint->socket_labels = wanted.socket_labels;
    endpoint->priority = wanted.priority;
    endpoint->flags = rotation->standings[at].flags;
    endpoint->in_service_since = rotation->standings[at].in_service_since;
    endpoint->errors = rotation->standings[at].errors;
    endpoint->workload = wanted.workload;
    endpoints_.push_back(std::move(endpoint));
  }
  for (auto& [address, endpoint] : known) endpoint->is_gone = true;
  picker_.use(std::move(rotation), endpoints_, random);
}

EndpointRef ClusterState::pick(const PickContext& context) {
  Endpoint* endpoint = picker_.pick(context);
  for (uint32_t attempt = 1; attempt < context.attempts_max && context.was_tried(endpoint); ++attempt) {
    endpoint = picker_.pick(context, attempt);
  }
  if (context.attempts_max > 1 && context.was_tried(endpoint)) endpoint = untried_like(*endpoint, context);
  return endpoint == nullptr ? EndpointRef() : EndpointRef(endpoint);
}

// An endpoint that has just died is idle, so that a choice by load falls on it again and again: then the next one in
// the set's order will do. `tried` itself if there is no other in its place.
Endpoint* ClusterState::untried_like(Endpoint& tried, const PickContext& context) const {
  const size_t start = context.random.below(endpoints_.size());
  for (size_t step = 0; step < endpoints_.size(); ++step) {
    Endpoint* other = endpoints_[(start + step) % endpoints_.size()].get();
    const bool serves = other->flags.is_healthy() || !tried.flags.is_healthy();
    if (serves && other->priority == tried.priority && !context.was_tried(other)) return other;
  }
  return &tried;
}

EndpointRef ClusterState::endpoint_at(const decide::SocketAddress& address) {
  auto& endpoint = by_destination_[address];
  if (!endpoint) endpoint = EndpointRef::make(*ids_, *this, address);
  return endpoint;
}

void ClusterState::forget_unused() {
  std::erase_if(by_destination_, [](const auto& entry) { return entry.second.is_last(); });
}

void ClusterState::count_connection() {
  ++in_use.connections;
  if (has_told_of_use_ || reports_ == nullptr || !config_ || !config_->health_check) return;
  has_told_of_use_ = true;
  reports_->report({config_->id, {}, std::nullopt});
}

void ClusterState::observe(Endpoint& endpoint, const Observation& seen) {
  ++(seen.status && *seen.status < 500 ? endpoint.successes : endpoint.failures);
  if (!config_) return;
  if (config_->balancing == decide::Balancing::peak_ewma) {
    const auto kind = seen.status ? LatencyEstimate::Seen::answer : LatencyEstimate::Seen::failure;
    endpoint.latency.observe(seen.took, kind, seen.at, config_->peak_ewma);
  }
  if (!endpoint.errors || !config_->outlier_detection || reports_ == nullptr) return;
  const auto verdict = decide::OutlierDetection::verdict_on(seen.status);
  if (const auto cause = endpoint.errors->note(*config_->outlier_detection, verdict))
    reports_->report({config_->id, endpoint.address, cause});
}

}  // namespace weft::proxy
