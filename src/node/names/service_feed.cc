#include "node/names/service_feed.h"

namespace weft::node {

ServiceFeed::ServiceFeed(ControlPlane& control_plane, ServiceTable& table, std::function<void()> on_change)
    : table_(&table),
      on_change_(std::move(on_change)),
      services_(control_plane, *api::find_kind_by_word("service"), *this),
      slices_(control_plane, *api::find_kind_by_word("endpointslice"), *this) {}

void ServiceFeed::start() {
  services_.start();
  slices_.start();
}

runtime::Task<void> ServiceFeed::stop() {
  co_await services_.stop();
  co_await slices_.stop();
}

void ServiceFeed::put(const api::Resource& resource) {
  if (const auto* service = resource.as<api::kubernetes::Service>()) table_->put(resource.metadata, *service);
  if (const auto* slice = resource.as<api::kubernetes::EndpointSlice>()) table_->put(resource.metadata, *slice);
}

void ServiceFeed::erase(const api::Kind& kind, const std::string& key) {
  if (kind.kind == "Service") {
    table_->remove_service(key);
  } else {
    table_->remove_slice(key);
  }
}

}  // namespace weft::node
