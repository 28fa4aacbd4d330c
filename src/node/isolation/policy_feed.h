// PolicyFeed: keeps the world of NetworkPolicies in step with weftd.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "network_policy/world.h"
#include "node/api_client/resource_watch.h"

namespace weft::node {

// The pods whose policy may have become another one, "namespace/name"; never none.
using OnPoliciesChanged = std::function<void(const std::set<std::string>& pods)>;

// Follows Pods, Namespaces and NetworkPolicies. One reactor. `world` outlives it.
class PolicyFeed final : public ResourceFollower {
 public:
  PolicyFeed(ControlPlane& control_plane, network_policy::World& world, OnPoliciesChanged on_change);

  void start();
  runtime::Task<void> stop();
  // Returns when everything is known, or `given_up` is set.
  runtime::Task<void> synced(runtime::Signal& given_up);

  void put(const api::Resource& resource) override { world_->put(resource); }
  void erase(const api::Kind& kind, const std::string& key) override;
  void on_settled() override;

 private:
  network_policy::World* world_;
  OnPoliciesChanged on_change_;
  ResourceWatch spaces_;
  ResourceWatch pods_;
  ResourceWatch policies_;
};

}  // namespace weft::node
