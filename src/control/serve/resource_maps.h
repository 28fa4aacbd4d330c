// ResourceMaps: encoded resources by type and name, which note what really changed when they are replaced.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "control/serve/change_set.h"
#include "control/translate/encoded.h"
#include "xds/server/resource.h"

namespace weft::control {

// A value of the control thread.
class ResourceMaps {
 public:
  // Keeps the old resource (and its version) where the bytes are equal.
  void put(xds::ResourceType type, const translate::Encoded& encoded, ChangeSet& changes);
  void erase(xds::ResourceType type, const std::string& name, ChangeSet& changes);

  xds::ResourcePtr find(xds::ResourceType type, std::string_view name) const;
  const xds::ResourceMap& of(xds::ResourceType type) const { return maps_[xds::index_of(type)]; }

  // What a client that had `before` must be told to have `after`.
  static void compare(const ResourceMaps& before, const ResourceMaps& after, ChangeSet& changes);

 private:
  std::array<xds::ResourceMap, xds::kResourceTypes> maps_;
};

}  // namespace weft::control
