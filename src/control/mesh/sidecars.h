// Sidecars: which one holds for a workload, and what it lets the workload see.
#pragma once

#include <memory>
#include <optional>
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

  // Whether the one that holds for the workload lists this port (ingress) as one of bytes, whatever services say.
  bool makes_bytes_of(std::string_view space, const model::Labels& labels, std::string_view root_space,
                      uint32_t port) const;
  // Whether some Sidecar does so for some port.
  bool make_bytes_of_some() const { return !makers_of_bytes_->empty(); }

  // By "namespace/name"; null when there is none.
  SidecarPtr named(std::string_view name) const;

 private:
  using List = std::vector<SidecarPtr>;  // by age
  void hold(List list);

  std::shared_ptr<const List> all_ = std::make_shared<const List>();
  std::shared_ptr<const List> makers_of_bytes_ = std::make_shared<const List>();  // those among them; few, if any
};

// Where clients find the services of a port instead of at their own addresses.
struct EgressPlace {
  std::string address;
  bool is_bound = false;             // the proxy listens there; else it takes over what was redirected
  std::optional<Protocol> protocol;  // of the listener, where it is for this port alone
};
// An egress listener at a socket file (`bind: unix://...` with port number 0).
struct EgressSocket {
  std::string bind;
  Protocol protocol = Protocol::sniffed;
  size_t listener = 0;  // which one it is of Sidecar::egress_hosts
};
std::vector<EgressSocket> egress_sockets(const Sidecar& sidecar);

// By the egress listener that a port falls to; nothing where it says neither `bind` nor captureMode NONE.
std::optional<EgressPlace> egress_place(const Sidecar& sidecar, uint32_t port);

// Whether a list of egress hosts takes in a host of a namespace. A "~" in front leaves out, whatever else takes in.
bool is_among(const std::vector<api::istio::EgressHost>& hosts, std::string_view space, std::string_view host);

// Whether some egress listener takes it in; a Sidecar that has none leaves everything as it is.
bool reaches(const Sidecar& sidecar, std::string_view space, std::string_view host);
// The same, leaving out those at socket files.
bool reaches_by_address(const Sidecar& sidecar, std::string_view space, std::string_view host);
// The same for one port: the listener of that port decides alone, else the one that has no port.
bool reaches(const Sidecar& sidecar, std::string_view space, std::string_view host, uint32_t port);

}  // namespace weft::control::mesh
