#include "node/names/service_feed.h"

#include <string_view>

#include "api/resource.h"
#include "base/log.h"

namespace weft::node {

ServiceFeed::ServiceFeed(ControlPlane& control_plane, ServiceTable& table, std::function<void()> on_change)
    : table_(&table),
      on_change_(std::move(on_change)),
      services_(*this, "v1", "Service"),
      slices_(*this, "discovery.k8s.io/v1", "EndpointSlice"),
      service_watch_(control_plane, "/api/v1/services", services_),
      slice_watch_(control_plane, "/apis/discovery.k8s.io/v1/endpointslices", slices_) {}

void ServiceFeed::start() {
  service_watch_.start();
  slice_watch_.start();
}

runtime::Task<void> ServiceFeed::stop() {
  co_await service_watch_.stop();
  co_await slice_watch_.stop();
}

void ServiceFeed::Collection::on_all(std::vector<api::Json> objects) {
  if (std::string_view(kind_) == "Service") {
    feed_->table_->clear_services();
  } else {
    feed_->table_->clear_slices();
  }
  for (auto& object : objects) put(std::move(object));
  feed_->on_change_();
}

void ServiceFeed::Collection::on_changed(api::Json object) {
  put(std::move(object));
  feed_->on_change_();
}

void ServiceFeed::Collection::put(api::Json object) {
  object["apiVersion"] = api_version_;
  object["kind"] = kind_;
  const auto checked = api::check(object, {.strictness = api::Strictness::ignore});
  if (!checked.resource) {
    log::error("an unreadable {} from weftd: {}", kind_, api::render(checked.findings));
  } else if (const auto* service = checked.resource->as<api::kubernetes::Service>()) {
    feed_->table_->put(checked.resource->metadata, *service);
  } else if (const auto* slice = checked.resource->as<api::kubernetes::EndpointSlice>()) {
    feed_->table_->put(checked.resource->metadata, *slice);
  }
}

void ServiceFeed::Collection::on_deleted(api::Json object) {
  const auto& metadata = object["metadata"];
  const std::string key = metadata.value("namespace", "") + "/" + metadata.value("name", "");
  if (std::string_view(kind_) == "Service") {
    feed_->table_->remove_service(key);
  } else {
    feed_->table_->remove_slice(key);
  }
  feed_->on_change_();
}

}  // namespace weft::node
