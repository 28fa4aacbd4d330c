// LabelKeys: which labels of clients some rule looks at. Clients that agree in these see the same mesh, and what they
// see is translated once.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "api/istio/mesh_config.h"
#include "control/mesh/objects.h"

namespace weft::control::mesh {

// Owned by the mesh builder. `by` is 1 for an object that comes, -1 for one that goes.
class LabelKeys {
 public:
  void count(const VirtualService& virtual_service, int by);
  void count(const DestinationRule& rule, int by);
  void count(const api::istio::MeshConfig& mesh, int by);

  std::set<std::string, std::less<>> in_use() const;

 private:
  void count(const std::optional<api::istio::TrafficPolicy>& policy, int by);
  void count(const model::Labels& labels, int by);
  void count_locality(const api::istio::LocalityLoadBalancer* nearness, int by);

  std::map<std::string, int, std::less<>> uses_;
};

}  // namespace weft::control::mesh
