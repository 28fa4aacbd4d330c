// ServiceFeed: keeps the service table in step with weftd.
#pragma once

#include <functional>
#include <string>

#include "node/api_client/resource_watch.h"
#include "node/names/service_table.h"

namespace weft::node {

// Follows Services and EndpointSlices and tells of every change. One reactor. `table` outlives it.
class ServiceFeed final : public ResourceFollower {
 public:
  ServiceFeed(ControlPlane& control_plane, ServiceTable& table, std::function<void()> on_change);

  void start();
  runtime::Task<void> stop();

  void put(const api::Resource& resource) override;
  void erase(const api::Kind& kind, const std::string& key) override;
  void on_settled() override { on_change_(); }

 private:
  ServiceTable* table_;
  std::function<void()> on_change_;
  ResourceWatch services_;
  ResourceWatch slices_;
};

}  // namespace weft::node
