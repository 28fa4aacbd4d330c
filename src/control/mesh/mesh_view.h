// MeshView: everything that routing depends on, at one moment, with one small index per question. Immutable: translate
// reads it, whoever holds it may keep it. Made by MeshBuilder.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "control/mesh/destination_rules.h"
#include "control/mesh/gateways.h"
#include "control/mesh/objects.h"
#include "control/mesh/persistent_map.h"
#include "control/mesh/virtual_services.h"

namespace weft::control::mesh {

// See the head of this file. Cheap to copy: versions share what they have in common. Any thread.
class MeshView {
 public:
  // Services by full host name.
  ServicePtr service(std::string_view host) const;
  void each_service(const std::function<void(const ServicePtr&)>& visit) const;
  // Services of a namespace whose selector takes in these labels.
  std::vector<ServicePtr> services_selecting(std::string_view space, const model::Labels& labels) const;

  // Never null; empty for a host without endpoints.
  EndpointsPtr endpoints(std::string_view host) const;

  // Null when there is none.
  PodPtr pod(std::string_view space, std::string_view name) const;
  PodPtr pod_with_ip(std::string_view ip) const;

  const VirtualServices& virtual_services() const { return virtual_services_; }
  const Gateways& gateways() const { return gateways_; }

  // The merged rule for a client's traffic to a host; null when none applies.
  MergedRulePtr destination_rule(const RuleQuery& query) const;

  // The label keys of clients that some rule looks at (sourceLabels, workloadSelector): clients that agree in these and
  // in their namespace see the same mesh.
  const std::set<std::string, std::less<>>& client_label_keys() const { return *client_label_keys_; }

  // Rules of this namespace hold for everybody who has no nearer ones.
  std::string_view root_space() const { return "weft-system"; }

 private:
  friend class MeshBuilder;

  PersistentMap<ServicePtr> services_;
  PersistentMap<std::shared_ptr<const std::vector<ServicePtr>>> services_by_space_;
  PersistentMap<EndpointsPtr> endpoints_;
  PersistentMap<PodPtr> pods_;  // by "namespace/name"
  PersistentMap<PodPtr> pods_by_ip_;
  VirtualServices virtual_services_;
  Gateways gateways_;
  DestinationRules destination_rules_;
  std::shared_ptr<const std::set<std::string, std::less<>>> client_label_keys_ =
      std::make_shared<const std::set<std::string, std::less<>>>();
};
using MeshViewPtr = std::shared_ptr<const MeshView>;

}  // namespace weft::control::mesh
