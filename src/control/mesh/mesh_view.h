// MeshView: everything that routing depends on, at one moment, with one small index per question. Immutable: translate
// reads it, whoever holds it may keep it. Made by MeshBuilder.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/istio/mesh_config.h"
#include "control/mesh/aliases.h"
#include "control/mesh/destination_rules.h"
#include "control/mesh/gateways.h"
#include "control/mesh/key_sets.h"
#include "control/mesh/objects.h"
#include "control/mesh/persistent_map.h"
#include "control/mesh/services.h"
#include "control/mesh/sidecars.h"
#include "control/mesh/virtual_services.h"
#include "control/mesh/workload_policies.h"
#include "network_policy/pod_policy.h"

namespace weft::control::mesh {

using IngressPtr = std::shared_ptr<const network_policy::Isolation>;

// Under which a service's endpoints are kept: objects of one namespace that speak of one host add up.
std::string endpoints_key(std::string_view space, std::string_view host);

// See the head of this file. Cheap to copy: versions share what they have in common. Any thread.
class MeshView {
 public:
  // The service of a full host name, whoever asks; null when there is none.
  ServicePtr service(std::string_view host) const { return services_.find(host); }
  const Services& services() const { return services_; }
  const Aliases& aliases() const { return aliases_; }

  // Never null; empty for a service without endpoints.
  EndpointsPtr endpoints(std::string_view space, std::string_view host) const;

  // Null when there is none.
  PodPtr pod(std::string_view space, std::string_view name) const;
  PodPtr pod_with_ip(std::string_view ip) const;

  const VirtualServices& virtual_services() const { return virtual_services_; }
  const Gateways& gateways() const { return gateways_; }
  const Sidecars& sidecars() const { return sidecars_; }
  const WorkloadPolicies<PeerAuthentication>& peer_authentications() const { return peer_authentications_; }
  // What clients go by, and the one or two states that some may still go by: others than the present one
  // while a change of PeerAuthentications is on its way (peer_rules.h).
  const WorkloadPolicies<PeerAuthentication>& clients_peer_authentications() const { return clients_peers_; }
  const std::vector<WorkloadPolicies<PeerAuthentication>>& former_peer_authentications() const { return former_peers_; }
  const WorkloadPolicies<RequestAuthentication>& request_authentications() const { return request_authentications_; }
  const KeySets& key_sets() const { return key_sets_; }
  const WorkloadPolicies<AuthorizationPolicy>& authorization_policies() const { return authorization_policies_; }
  // Who may connect to a pod, by its NetworkPolicies; null where none isolates it.
  IngressPtr ingress_of(std::string_view space, std::string_view pod) const;
  const api::istio::MeshConfig& config() const { return *config_; }

  // The merged rule for a client's traffic to a host; null when none applies.
  MergedRulePtr destination_rule(const RuleQuery& query) const;
  const DestinationRules& destination_rules() const { return destination_rules_; }

  // The label keys of clients that some rule looks at (sourceLabels, workloadSelector): clients that agree in these and
  // in their namespace see the same mesh.
  const std::set<std::string, std::less<>>& client_label_keys() const { return *client_label_keys_; }

  // Rules of this namespace hold for everybody who has no nearer ones.
  std::string_view root_space() const { return config_->root_namespace; }

 private:
  friend class MeshBuilder;

  Services services_;
  Aliases aliases_;
  PersistentMap<EndpointsPtr> endpoints_;  // by endpoints_key()
  PersistentMap<PodPtr> pods_;             // by "namespace/name"
  PersistentMap<PodPtr> pods_by_ip_;
  VirtualServices virtual_services_;
  Gateways gateways_;
  Sidecars sidecars_;
  WorkloadPolicies<PeerAuthentication> peer_authentications_;
  WorkloadPolicies<PeerAuthentication> clients_peers_;
  std::vector<WorkloadPolicies<PeerAuthentication>> former_peers_;
  WorkloadPolicies<RequestAuthentication> request_authentications_;
  KeySets key_sets_;
  WorkloadPolicies<AuthorizationPolicy> authorization_policies_;
  PersistentMap<IngressPtr> ingress_;  // of pods, by "namespace/name"
  std::shared_ptr<const api::istio::MeshConfig> config_ = std::make_shared<const api::istio::MeshConfig>();
  DestinationRules destination_rules_;
  std::shared_ptr<const std::set<std::string, std::less<>>> client_label_keys_ =
      std::make_shared<const std::set<std::string, std::less<>>>();
};
using MeshViewPtr = std::shared_ptr<const MeshView>;

}  // namespace weft::control::mesh
