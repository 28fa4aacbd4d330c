// What the mesh is told: one object as the store has it now, or that it is gone.
#pragma once

#include <string>

namespace weft::control::mesh {

// `type` is "group/plural" as in the store's keys ("/services", "networking.istio.io/virtualservices"); `space` is the
// namespace. An empty `json` means removed.
struct ObjectChange {
  std::string type;
  std::string space;
  std::string name;
  std::string json;
};

}  // namespace weft::control::mesh
