// MeshBuilder: takes in changes of resources and makes the next MeshView from the last one; tells what the changes
// touched, so that only that is translated and pushed again. The cost is that of the change, not of the mesh.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "api/resource.h"
#include "control/mesh/address_allocation.h"
#include "control/mesh/discovery.h"
#include "control/mesh/label_keys.h"
#include "control/mesh/mesh_view.h"
#include "control/mesh/object_change.h"
#include "network_policy/world.h"

namespace weft::control::mesh {

// The types of objects that routing reads ("/services"), and whether one is among them.
std::span<const std::string_view> read_types();
bool is_read(std::string_view type);

// What a batch of changes may have changed for clients. Hosts are full names or wildcards ("*.shop.svc.cluster.local").
struct Touched {
  std::set<std::string, std::less<>> hosts;          // their Service, routing or policy
  std::set<std::string, std::less<>> endpoints;      // their endpoints only
  std::set<std::string, std::less<>> pods;           // "namespace/name" of pods whose own listeners may differ
  bool client_labels = false;                        // MeshView::client_label_keys() has changed
  std::set<std::string, std::less<>> sidecars;       // "namespace/name" of Sidecars
  bool gateways = false;                             // a Gateway, or a VirtualService that names one
  std::set<std::string, std::less<>> policy_spaces;  // whose workloads' own policies may differ; "*": everybody's

  bool empty() const {
    return hosts.empty() && endpoints.empty() && pods.empty() && sidecars.empty() && policy_spaces.empty() &&
           !client_labels && !gateways;
  }
  void add(Touched&& other);
};

// weftd's control thread. Owned by the configuration server.
class MeshBuilder {
 public:
  // The objects of a namespace as they are stored: asked for when a namespace joins the mesh, whose objects were passed
  // over until then.
  using Recall = std::function<std::vector<ObjectChange>(const std::string& space)>;
  explicit MeshBuilder(Recall recall = {}) : recall_(std::move(recall)) {}

  // Objects of types that are not read are passed over; one that does not parse is logged and counts as removed.
  Touched apply(const std::vector<ObjectChange>& changes);

  // The keys of issuers as they are fetched; an empty text: they are no longer known.
  Touched put_key_set(const KeySource& source, std::string key_set);

  // A change of PeerAuthentications is made in steps (peer_rules.h), each taken when every proxy has followed the one
  // before: what the next step may change.
  bool peers_are_settling() const { return peer_step_ != PeerStep::settled; }
  Touched advance_peers();

  const MeshViewPtr& view() const { return published_; }

 private:
  using Slice = std::shared_ptr<const api::kubernetes::EndpointSlice>;
  // An EndpointSlice and the host whose endpoints it lists.
  struct SliceEntry {
    std::string host;
    std::string space;
    Slice slice;
  };
  using SpaceAndHost = std::pair<std::string, std::string>;
  using EntryServices = std::vector<ServicePtr>;  // of one ServiceEntry
  using Known = std::variant<ServicePtr, EntryServices, WorkloadEntryPtr, PodPtr, VirtualServicePtr, DestinationRulePtr,
                             GatewayPtr, SidecarPtr, PeerAuthenticationPtr, RequestAuthenticationPtr,
                             AuthorizationPolicyPtr, SliceEntry>;

  void follow_spaces(const std::vector<ObjectChange>& changes, Touched& touched);
  void take_out(const std::string& space, Touched& touched);
  void apply_all(const std::vector<ObjectChange>& changes, Touched& touched);
  void reserve_addresses(const std::vector<ObjectChange>& changes);
  void apply_one(const ObjectChange& change, Touched& touched);
  void put(const std::string& key, const api::Resource& resource, Touched& touched);
  void put_service(const std::string& key, const ServicePtr& service, Touched& touched);
  void touch_alias(const Service& alias, Touched& touched) const;
  void put_service_entry(const std::string& key, const api::Resource& resource, Touched& touched);
  void put_workload_entry(const std::string& key, const WorkloadEntryPtr& workload, Touched& touched);
  void put_sidecar(const std::string& key, const SidecarPtr& sidecar, Touched& touched);
  void put_request_authentication(const std::string& key, const RequestAuthenticationPtr& policy, Touched& touched);
  void put_authorization_policy(const std::string& key, const AuthorizationPolicyPtr& policy, Touched& touched);
  void apply_mesh_config(const ObjectChange& change, Touched& touched);
  void put_pod(const std::string& key, const PodPtr& pod, Touched& touched);
  void put_virtual_service(const std::string& key, const VirtualServicePtr& virtual_service, Touched& touched);
  void put_destination_rule(const std::string& key, const DestinationRulePtr& rule, Touched& touched);
  void put_gateway(const std::string& key, const GatewayPtr& gateway, Touched& touched);
  void put_peer_authentication(const std::string& key, const PeerAuthenticationPtr& policy, Touched& touched);
  void put_slice(const std::string& key, const api::Resource& resource, Touched& touched);
  void forget(const std::string& key, Touched& touched);

  void forget_it(const ServicePtr& service, Touched& touched);
  void forget_it(const EntryServices& services, Touched& touched);
  void forget_it(const WorkloadEntryPtr& workload, Touched& touched);
  void forget_it(const SidecarPtr& sidecar, Touched& touched);
  void forget_it(const RequestAuthenticationPtr& policy, Touched& touched);
  void forget_it(const AuthorizationPolicyPtr& policy, Touched& touched);
  void forget_it(const PodPtr& pod, Touched& touched);
  void forget_it(const VirtualServicePtr& virtual_service, Touched& touched);
  void forget_it(const DestinationRulePtr& rule, Touched& touched);
  void forget_it(const GatewayPtr& gateway, Touched& touched);
  void forget_it(const PeerAuthenticationPtr& policy, Touched& touched);
  void forget_it(const SliceEntry& entry, Touched& touched);

  enum class PeerStep : uint8_t { settled, servers_take_both, clients_move };

  void begin_peer_change(const PeerAuthentication& policy);
  // For whom it holds: a namespace, or "*" for the mesh.
  std::string scope_of(const PeerAuthentication& policy) const;
  void touch_scope(const std::string& scope, Touched& touched) const;
  void touch_sidecar(const Sidecar& sidecar, Touched& touched) const;
  void touch_policies_of(const std::string& space, Touched& touched) const;
  void touch_roots_of(const VirtualService& delegate, Touched& touched) const;
  void note_network(const ObjectChange& change, const api::Resource* resource);
  void publish_ingress(Touched& touched);
  template <class Visit>
  void each_known(std::string prefix, Visit&& visit) const;
  void look_up_services_of(std::string_view space, const model::Labels& labels);
  void look_up_endpoints_of(const Service& service);
  void add_selected(const Service& service, Endpoints& endpoints) const;
  Endpoints endpoints_now(const std::string& space, const std::string& host) const;
  void resolve_endpoints(const std::string& space, const std::string& host, Touched& touched);
  void note_pods(const Endpoints& before, const Endpoints& now, const SpaceAndHost& service);
  void publish_label_keys(Touched& touched);

  Recall recall_;
  Discovery discovery_;
  MeshView view_;
  AddressAllocation addresses_;
  MeshViewPtr published_ = std::make_shared<const MeshView>();
  std::map<std::string, Known> known_;                                        // by "type/namespace/name"
  std::map<std::string, std::set<std::string>, std::less<>> slices_of_host_;  // keys into known_
  std::map<std::string, std::set<SpaceAndHost>, std::less<>> hosts_of_pod_;   // pods by "namespace/name"
  LabelKeys label_keys_;
  PeerStep peer_step_ = PeerStep::settled;
  std::set<std::string> settling_scopes_;  // whose policies came, changed or went since it was settled
  bool batch_is_first_ = true;             // what weftd reads when it starts: nobody goes by anything else
  network_policy::World network_;
  std::set<SpaceAndHost> unresolved_hosts_;  // whose endpoints must be looked up again at the end of the batch
};

}  // namespace weft::control::mesh
