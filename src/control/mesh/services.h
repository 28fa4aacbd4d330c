// Services by host and by namespace. Several objects may speak of one host: which of them a client sees is decided
// here.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "control/mesh/objects.h"
#include "control/mesh/persistent_map.h"

namespace weft::control::mesh {

// The index. A value that shares with its copies; see PersistentMap. Of one host a Kubernetes Service comes first, then
// the oldest.
class Services {
 public:
  void put(const ServicePtr& service);
  void erase(const Service& service);

  // Who sees those that don't say it (MeshConfig.defaultServiceExportTo); empty: everybody.
  void export_by_default(std::vector<std::string> export_to);

  // Null when there is none.
  ServicePtr find(std::string_view host) const;
  // The first one that is exported to clients of this namespace.
  ServicePtr find(std::string_view host, std::string_view client_space) const;
  // All that speak of a host.
  std::vector<ServicePtr> all_of(std::string_view host) const;
  // One of each host, in order of the hosts.
  void each(const std::function<void(const ServicePtr&)>& visit) const;

  // Services of a namespace whose selector takes in these labels.
  std::vector<ServicePtr> selecting(std::string_view space, const model::Labels& labels) const;

 private:
  using List = std::vector<ServicePtr>;
  using Index = PersistentMap<std::shared_ptr<const List>>;
  static void replace_in(Index& index, std::string_view key, const Service& old, const ServicePtr& now);

  Index by_host_;
  Index by_space_;
  DefaultExport default_export_;
};

}  // namespace weft::control::mesh
