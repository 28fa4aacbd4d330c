// ServiceFeed: keeps the service table in step with weftd.
#pragma once

#include <functional>

#include "node/api_client/object_watch.h"
#include "node/names/service_table.h"

namespace weft::node {

// Observes two collections and tells of every change of either. One reactor.
class ServiceFeed {
 public:
  ServiceFeed(ControlPlane& control_plane, ServiceTable& table, std::function<void()> on_change);

  void start();
  runtime::Task<void> stop();

 private:
  // One of the two collections.
  class Collection final : public ObjectObserver {
   public:
    Collection(ServiceFeed& feed, const char* api_version, const char* kind)
        : feed_(&feed), api_version_(api_version), kind_(kind) {}
    void on_all(std::vector<api::Json> objects) override;
    void on_changed(api::Json object) override;
    void on_deleted(api::Json object) override;

   private:
    void put(api::Json object);

    ServiceFeed* feed_;
    const char* api_version_;
    const char* kind_;
  };

  ServiceTable* table_;
  std::function<void()> on_change_;
  Collection services_;
  Collection slices_;
  ObjectWatch service_watch_;
  ObjectWatch slice_watch_;
};

}  // namespace weft::node
