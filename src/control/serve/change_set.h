// The names of resources that may have changed, by type: what a push looks at.
#pragma once

#include <array>
#include <set>
#include <string>

#include "xds/server/resource.h"

namespace weft::control {

// A value. Names may be in it that turn out to be unchanged: versions decide.
struct ChangeSet {
  std::array<std::set<std::string>, xds::kResourceTypes> names;

  std::set<std::string>& of(xds::ResourceType type) { return names[xds::index_of(type)]; }
  const std::set<std::string>& of(xds::ResourceType type) const { return names[xds::index_of(type)]; }
  bool empty() const {
    for (const auto& set : names) {
      if (!set.empty()) return false;
    }
    return true;
  }
};

}  // namespace weft::control
