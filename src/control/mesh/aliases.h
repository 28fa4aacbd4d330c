// Aliases: names that stand for other hosts (Services of type ExternalName). As in Istio since 1.22 they are no
// services of their own: whoever addresses one addresses the host it stands for.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "control/mesh/objects.h"
#include "control/mesh/persistent_map.h"

namespace weft::control::mesh {

// The index. A value that shares with its copies; see PersistentMap. An alias may stand for another one; what goes
// round in a circle stands for nothing.
class Aliases {
 public:
  // `alias` has alias_of.
  void put(const ServicePtr& alias);
  void erase(const Service& alias);

  // Who sees those that don't say it (MeshConfig.defaultServiceExportTo); empty: everybody.
  void export_by_default(std::vector<std::string> export_to);
  bool is_exported_to(const Service& alias, std::string_view client_space) const;

  // The host that a name stands for in the end: the name itself where it is no alias. Empty: it goes round in a circle.
  std::string target_of(std::string_view host) const;
  // Those that stand for a host in the end, whoever may see them, in order of their hosts.
  std::vector<ServicePtr> of(std::string_view host) const;
  // All, in order of their hosts.
  void each(const std::function<void(const ServicePtr&)>& visit) const;

 private:
  using List = std::vector<ServicePtr>;  // in order of their hosts
  void replace(std::string_view target, const Service& old, const ServicePtr& now);

  PersistentMap<ServicePtr> by_host_;
  PersistentMap<std::shared_ptr<const List>> by_target_;  // by what they name themselves
  DefaultExport default_export_;
};

}  // namespace weft::control::mesh
