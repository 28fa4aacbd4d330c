#include "proxy/config/configuration.h"

#include "base/log.h"
#include "runtime/signal.h"
#include "xds/client/ads_client.h"
#include "xds/wire/type_urls.h"

namespace weft::proxy {

void Configuration::follow(xds::AdsClient& client) {
  client_ = &client;
  client.subscribe_all(xds::kClusterType);
  client.subscribe_all(xds::kListenerType);
}

runtime::Task<std::vector<xds::Rejection>> Configuration::apply(const xds::Update& update) {
  if (const auto other = others_.find(update.type_url); other != others_.end())
    co_return co_await other->second->apply(update);
  std::vector<xds::Rejection> rejections;
  remove(update);
  put(update, rejections);
  has_clusters_ = has_clusters_ || update.type_url == xds::kClusterType;
  has_listeners_ = has_listeners_ || update.type_url == xds::kListenerType;
  ask_for_what_is_missing();
  co_await advance();
  co_return rejections;
}

void Configuration::put(const xds::Update& update, std::vector<xds::Rejection>& rejections) {
  for (const auto& resource : update.changed) {
    const auto accepted = put_one(update.type_url, {.name = resource.name,
                                                    .version = resource.version,
                                                    .bytes = resource.bytes,
                                                    .now = reactor_->clock().now(),
                                                    .wall_now = reactor_->clock().wall_now()});
    if (accepted) continue;
    log::warn("configuration rejected: {}", accepted.error().detail);
    rejections.push_back({std::string(resource.name), accepted.error().detail});
  }
}

Result<> Configuration::put_one(std::string_view type_url, const Resources::Incoming& incoming) {
  if (type_url == xds::kClusterType) return resources_.put_cluster(incoming);
  if (type_url == xds::kEndpointsType) return resources_.put_endpoints(incoming);
  if (type_url == xds::kListenerType) return resources_.put_listener(incoming, *sink_);
  if (type_url == xds::kRouteType) return resources_.put_route_table(incoming);
  return fail(Reason::unsupported, "resources of type " + std::string(type_url) + " are not supported");
}

void Configuration::remove(const xds::Update& update) {
  for (const std::string_view name : update.removed) {
    if (update.type_url == xds::kClusterType) resources_.remove_cluster(name, reactor_->clock().now());
    if (update.type_url == xds::kEndpointsType) resources_.remove_endpoints(name);
    if (update.type_url == xds::kListenerType) resources_.remove_listener(name);
    if (update.type_url == xds::kRouteType) resources_.remove_route_table(name);
  }
}

void Configuration::ask_for_what_is_missing() {
  if (resolve_) resolve_(resources_.clusters_by_dns());
  if (client_ == nullptr) return;
  client_->subscribe(xds::kEndpointsType, resources_.wanted_endpoints());
  client_->subscribe(xds::kRouteType, resources_.wanted_route_tables());
  auto secrets = resources_.wanted_secrets();
  secrets.insert(more_secrets_.begin(), more_secrets_.end());
  client_->subscribe(xds::kSecretType, std::move(secrets));
}

runtime::Task<void> Configuration::resolved(decide::ClusterPtr cluster, decide::EndpointSetPtr endpoints) {
  resources_.put_resolved(cluster, std::move(endpoints));
  co_await advance();
}

runtime::Task<void> Configuration::advance() {
  // One at a time: else the snapshot of a step that waits for its endpoints would replace the next step's.
  while (!idle_.is_set()) co_await idle_.wait();
  idle_.reset();
  Resources::Step step = resources_.advance(reactor_->clock().now());
  if (!step.endpoints.empty()) co_await sink_->apply(std::move(step.endpoints));
  if (step.snapshot) co_await sink_->apply(std::move(step.snapshot));
  became_settled_ = became_settled_ || (has_clusters_ && has_listeners_ && resources_.is_settled());
  idle_.set();
}

runtime::Task<void> Configuration::run(runtime::Signal& stop) {
  constexpr Duration kInterval = std::chrono::milliseconds(500);
  while (co_await stop.wait(reactor_->now() + kInterval) == runtime::Wait::timed_out) {
    if (!resources_.is_settled()) co_await advance();
  }
}

}  // namespace weft::proxy
