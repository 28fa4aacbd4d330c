// VirtualServices by host: which one speaks for a host that a client of some namespace addresses. And by gateway: which
// ones are bound to it.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "control/mesh/objects.h"
#include "control/mesh/persistent_map.h"

namespace weft::control::mesh {

// The index. A value that shares with its copies; see PersistentMap. By host it holds those that apply to the mesh's
// own clients ("mesh" among the gateways of the object or of one of its matches).
class VirtualServices {
 public:
  void put(const VirtualServicePtr& virtual_service);
  void erase(const VirtualService& virtual_service);

  // Who sees those that don't say it (MeshConfig.defaultVirtualServiceExportTo); empty: everybody.
  void export_by_default(std::vector<std::string> export_to);

  // The one with the most specific matching host, then the oldest, of those visible to the namespace. Null: none.
  // Private ones of the client's namespace come before those exported to it, these before public ones.
  VirtualServicePtr find(std::string_view host, std::string_view client_space) const;

  // Those that name a gateway ("namespace/name") and are visible to the namespace of its pods: private ones, then those
  // exported to it, then public ones; each by age.
  std::vector<VirtualServicePtr> bound_to(std::string_view gateway, std::string_view client_space) const;

  // A VirtualService without hosts, by "namespace/name"; null when there is none that is visible to the namespace.
  VirtualServicePtr delegate(std::string_view name, std::string_view root_space) const;

  // Those of the mesh's own clients whose routes lead to a host, also by way of a delegate.
  void each_leading_to(std::string_view host, const std::function<void(const VirtualServicePtr&)>& visit) const;

  // Those that delegate to a VirtualService without hosts, by its "namespace/name".
  std::vector<VirtualServicePtr> roots_of(std::string_view delegate) const;

  // Every exact host that a VirtualService names, for hosts that are in no registry.
  void each_exact_host(const std::function<void(std::string_view)>& visit) const;

 private:
  using List = std::vector<VirtualServicePtr>;  // by age
  using Index = PersistentMap<std::shared_ptr<const List>>;
  int visibility(const VirtualService& virtual_service, std::string_view client_space) const;
  VirtualServicePtr most_visible(const List& list, std::string_view client_space) const;
  static void put_in(Index& index, std::string_view key, const VirtualServicePtr& virtual_service);
  static void erase_from(Index& index, std::string_view key, const VirtualService& virtual_service);

  Index by_host_;
  Index by_gateway_;
  Index by_destination_;                        // by each full host that a rule of it leads to
  Index by_delegate_;                           // roots, by the "namespace/name" they delegate to
  PersistentMap<VirtualServicePtr> delegates_;  // by "namespace/name"
  DefaultExport default_export_;
};

// The full hosts that its own rules lead to, mirrors included.
std::set<std::string> destinations_of(const VirtualService& virtual_service);
// The "namespace/name" of those it delegates to.
std::set<std::string> delegates_of(const VirtualService& virtual_service);

// True when some part of it is for the mesh's own clients.
bool applies_to_mesh(const api::istio::VirtualService& spec);
// True when it names a gateway.
bool applies_to_gateways(const api::istio::VirtualService& spec);

}  // namespace weft::control::mesh
