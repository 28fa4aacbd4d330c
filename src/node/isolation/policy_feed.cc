#include "node/isolation/policy_feed.h"

namespace weft::node {

PolicyFeed::PolicyFeed(ControlPlane& control_plane, network_policy::World& world, OnPoliciesChanged on_change)
    : world_(&world),
      on_change_(std::move(on_change)),
      spaces_(control_plane, *api::find_kind_by_word("namespace"), *this),
      pods_(control_plane, *api::find_kind_by_word("pod"), *this),
      policies_(control_plane, *api::find_kind_by_word("networkpolicy"), *this) {}

void PolicyFeed::start() {
  for (auto* watch : {&spaces_, &pods_, &policies_}) watch->start();
}

runtime::Task<void> PolicyFeed::stop() {
  for (auto* watch : {&spaces_, &pods_, &policies_}) co_await watch->stop();
}

runtime::Task<void> PolicyFeed::synced(runtime::Signal& given_up) {
  for (auto* watch : {&spaces_, &pods_, &policies_}) co_await watch->synced(given_up);
}

void PolicyFeed::erase(const api::Kind& kind, const std::string& key) {
  if (kind.kind == "Namespace") {
    world_->erase_space(key);
  } else if (kind.kind == "Pod") {
    world_->erase_pod(key);
  } else {
    world_->erase_policy(key);
  }
}

void PolicyFeed::on_settled() {
  if (const auto changed = world_->take_changed(); !changed.empty()) on_change_(changed);
}

}  // namespace weft::node
