#include "control/serve/resource_maps.h"

namespace weft::control {

void ResourceMaps::put(xds::ResourceType type, const translate::Encoded& encoded, ChangeSet& changes) {
  auto& known = maps_[xds::index_of(type)][encoded.name];
  if (known && known->body == encoded.bytes) return;
  known = xds::make_resource(encoded.name, encoded.bytes);
  changes.of(type).insert(encoded.name);
}

void ResourceMaps::erase(xds::ResourceType type, const std::string& name, ChangeSet& changes) {
  if (maps_[xds::index_of(type)].erase(name) > 0) changes.of(type).insert(name);
}

xds::ResourcePtr ResourceMaps::find(xds::ResourceType type, std::string_view name) const {
  const auto& map = of(type);
  auto found = map.find(name);
  return found == map.end() ? nullptr : found->second;
}

void ResourceMaps::compare(const ResourceMaps& before, const ResourceMaps& after, ChangeSet& changes) {
  for (auto type : xds::kPushOrder) {
    for (const auto& [name, resource] : before.of(type)) {
      auto now = after.find(type, name);
      if (!now || now->version != resource->version) changes.of(type).insert(name);
    }
    for (const auto& [name, resource] : after.of(type)) {
      if (!before.find(type, name)) changes.of(type).insert(name);
    }
  }
}

}  // namespace weft::control
