// ResourceWatch: all resources of one kind that weftd has, checked, kept up to date for a follower.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "api/resource.h"
#include "node/api_client/object_watch.h"

namespace weft::node {

// Told on the reactor's thread; must not block. Keys are "namespace/name", or the name alone of what has no namespace.
class ResourceFollower {
 public:
  // Is there, new or as before or changed.
  virtual void put(const api::Resource& resource) = 0;
  virtual void erase(const api::Kind& kind, const std::string& key) = 0;
  // Behind a change, or behind all those that a new list made.
  virtual void on_settled() = 0;

 protected:
  ~ResourceFollower() = default;
};

// One reactor; the follower outlives it.
class ResourceWatch final : public ObjectObserver {
 public:
  ResourceWatch(ControlPlane& control_plane, const api::Kind& kind, ResourceFollower& follower);

  void start() { watch_.start(); }
  runtime::Task<void> stop() { return watch_.stop(); }
  // Returns once the follower knows the first list, or `given_up` is set.
  runtime::Task<void> synced(runtime::Signal& given_up);

  void on_all(std::vector<api::Json> objects) override;
  void on_changed(api::Json object) override;
  void on_deleted(api::Json object) override;

 private:
  void put(api::Json object);
  void erase(const std::string& key);

  const api::Kind* kind_;
  ResourceFollower* follower_;
  std::set<std::string> keys_;
  ObjectWatch watch_;
};

}  // namespace weft::node
