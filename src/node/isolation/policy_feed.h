// PolicyFeed: keeps the world of NetworkPolicies in step with weftd.
#pragma once

#include <functional>
#include <set>

#include "api/resource.h"
#include "network_policy/world.h"
#include "node/api_client/object_watch.h"

namespace weft::node {

// Observes Pods, Namespaces and NetworkPolicies, and tells of every change after which some pod's policy may be another
// one. One reactor. `world` outlives it.
class PolicyFeed {
 public:
  PolicyFeed(ControlPlane& control_plane, network_policy::World& world, std::function<void()> on_change);

  void start();
  runtime::Task<void> stop();
  // Returns when everything is known, or `given_up` is set.
  runtime::Task<void> synced(runtime::Signal& given_up);

 private:
  // One of the three kinds.
  class Collection final : public ObjectObserver {
   public:
    Collection(PolicyFeed& feed, const api::Kind& kind, ControlPlane& control_plane);
    void on_all(std::vector<api::Json> objects) override;
    void on_changed(api::Json object) override;
    void on_deleted(api::Json object) override;
    ObjectWatch& watch() { return watch_; }

   private:
    bool put(api::Json object);
    bool erase(const std::string& key);

    PolicyFeed* feed_;
    const api::Kind* kind_;
    std::set<std::string> keys_;  // "namespace/name"; of a Namespace its name
    ObjectWatch watch_;
  };

  network_policy::World* world_;
  std::function<void()> on_change_;
  Collection spaces_;
  Collection pods_;
  Collection policies_;
};

}  // namespace weft::node
