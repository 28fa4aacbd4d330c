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
             share_.of(whole.retries_max)};
}

void ClusterState::set_endpoints(const decide::EndpointSet& set) {
  std::unordered_map<decide::SocketAddress, EndpointRef> known;
  for (auto& endpoint : endpoints_) known.emplace(endpoint->address, endpoint);
  endpoints_.clear();
  for (const auto& wanted : set.endpoints) {
    const auto found = known.find(wanted.address);
    EndpointRef endpoint = found == known.end() ? EndpointRef::make(*ids_, *this, wanted.address) : found->second;
    if (found != known.end()) known.erase(found);
    endpoint->weight = wanted.weight;
    endpoint->priority = wanted.priority;
    endpoint->is_healthy = wanted.is_healthy;
    endpoint->workload = wanted.workload;
    endpoints_.push_back(std::move(endpoint));
  }
  for (auto& [address, endpoint] : known) endpoint->is_gone = true;
  choose_usable();
}

void ClusterState::choose_usable() {
  usable_.clear();
  for (const auto& endpoint : endpoints_) {
    if (!endpoint->is_healthy) continue;
    if (!usable_.empty() && endpoint->priority != usable_.front()->priority) break;
    usable_.push_back(endpoint);
  }
  picker_.use(usable_);
}

EndpointRef ClusterState::pick(const PickContext& context) {
  if (picker_.is_empty()) return {};
  Endpoint* endpoint = picker_.pick(*config_, context.random);
  const auto was_tried = [&](const EndpointRef& one) { return one.get() == endpoint; };
  for (uint32_t attempt = 1; attempt < context.attempts_max && std::ranges::any_of(context.tried, was_tried);
       ++attempt) {
    endpoint = picker_.pick(*config_, context.random);
  }
  return EndpointRef(endpoint);
}

EndpointRef ClusterState::endpoint_at(const decide::SocketAddress& address) {
  auto& endpoint = by_destination_[address];
  if (!endpoint) endpoint = EndpointRef::make(*ids_, *this, address);
  return endpoint;
}

void ClusterState::forget_unused() {
  std::erase_if(by_destination_, [](const auto& entry) { return entry.second.is_last(); });
}

void ClusterState::observe(Endpoint& endpoint, const Observation& seen) {
  ++(seen.status && *seen.status < 500 ? endpoint.successes : endpoint.failures);
}

}  // namespace weft::proxy
