// A World for tests: resources put in by hand.
#pragma once

#include <array>
#include <string>

#include "xds/server/resource.h"

namespace weft::xds {

// See the head of this file. Bodies are whatever the test says; versions follow from them.
class TestingWorld final : public World {
 public:
  void put(ResourceType type, const std::string& name, std::string body) {
    maps_[index_of(type)][name] = make_resource(name, std::move(body));
  }
  void remove(ResourceType type, const std::string& name) { maps_[index_of(type)].erase(name); }

  ResourcePtr find(ResourceType type, std::string_view name) const override {
    const auto& map = maps_[index_of(type)];
    auto found = map.find(name);
    return found == map.end() ? nullptr : found->second;
  }
  void each(ResourceType type, const std::function<void(const ResourcePtr&)>& visit) const override {
    for (const auto& [name, resource] : maps_[index_of(type)]) visit(resource);
  }

 private:
  std::array<ResourceMap, kResourceTypes> maps_;
};

}  // namespace weft::xds
