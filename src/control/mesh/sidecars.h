// Sidecars: which one holds for a workload, and what it lets the workload see.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "control/mesh/objects.h"

namespace weft::control::mesh {

// The index: one list, made anew when a Sidecar changes, which is rare. A value that shares with its copies.
class Sidecars {
 public:
  void put(const SidecarPtr& sidecar);
  void erase(const Sidecar& sidecar);

  // The one that selects the workload, else its namespace's own, else the root namespace's; of several the oldest.
  // Null: the workload sees everything.
  SidecarPtr choose(std::string_view space, const model::Labels& labels, std::string_view root_space) const;

  // By "namespace/name"; null when there is none.
  SidecarPtr named(std::string_view name) const;

 private:
  using List = std::vector<SidecarPtr>;  // by age
  std::shared_ptr<const List> all_ = std::make_shared<const List>();
};

// Whether a list of egress hosts takes in a host of a namespace. A "~" in front leaves out, whatever else takes in.
bool is_among(const std::vector<api::istio::EgressHost>& hosts, std::string_view space, std::string_view host);

// Whether some egress listener takes it in; a Sidecar that has none leaves everything as it is.
bool reaches(const Sidecar& sidecar, std::string_view space, std::string_view host);
// The same for one port: the listener of that port decides alone, else the one that has no port.
bool reaches(const Sidecar& sidecar, std::string_view space, std::string_view host, uint32_t port);

}  // namespace weft::control::mesh
