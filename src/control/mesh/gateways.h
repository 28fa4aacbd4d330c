// Gateways by age: which of them select a workload.
#pragma once

#include <memory>
#include <vector>

#include "control/mesh/objects.h"

namespace weft::control::mesh {

// The index: one list, made anew when a Gateway changes, which is rare. A value that shares with its copies.
class Gateways {
 public:
  void put(const GatewayPtr& gateway);
  void erase(const Gateway& gateway);

  // Those whose selector takes in these labels, whatever the workload's namespace; the oldest first.
  std::vector<GatewayPtr> selecting(const model::Labels& labels) const;

 private:
  using List = std::vector<GatewayPtr>;  // by age
  std::shared_ptr<const List> all_ = std::make_shared<const List>();
};

}  // namespace weft::control::mesh
