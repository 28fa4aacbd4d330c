#include "control/mesh/mesh_builder.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "control/mesh/endpoint_resolution.h"
#include "control/mesh/reading.h"
#include "control/mesh/service_entry.h"

namespace weft::control::mesh {
namespace {

constexpr std::string_view kConfigMaps = "/configmaps";
constexpr std::string_view kPods = "/pods";
constexpr std::string_view kNamespaces = "/namespaces";
constexpr std::string_view kNetworkPolicies = "networking.k8s.io/networkpolicies";
constexpr std::string_view kServiceEntries = "networking.istio.io/serviceentries";

}  // namespace

std::span<const std::string_view> read_types() {
  static constexpr std::array<std::string_view, 15> kTypes = {"/services",
                                                              kPods,
                                                              "/configmaps",
                                                              "discovery.k8s.io/endpointslices",
                                                              kServiceEntries,
                                                              "networking.istio.io/workloadentries",
                                                              "networking.istio.io/virtualservices",
                                                              "networking.istio.io/destinationrules",
                                                              "networking.istio.io/gateways",
                                                              "networking.istio.io/sidecars",
                                                              "security.istio.io/peerauthentications",
                                                              "security.istio.io/requestauthentications",
                                                              "security.istio.io/authorizationpolicies",
                                                              kNamespaces,
                                                              kNetworkPolicies};
  return kTypes;
}

bool is_read(std::string_view type) {
  return std::ranges::find(read_types(), type) != read_types().end();
}

void Touched::add(Touched&& other) {
  hosts.merge(other.hosts);
  endpoints.merge(other.endpoints);
  pods.merge(other.pods);
  sidecars.merge(other.sidecars);
  policy_spaces.merge(other.policy_spaces);
  client_labels = client_labels || other.client_labels;
  gateways = gateways || other.gateways;
}

Touched MeshBuilder::apply(const std::vector<ObjectChange>& changes) {
  Touched touched;
  follow_spaces(changes, touched);
  apply_all(changes, touched);
  for (const auto& [space, host] : std::exchange(unresolved_hosts_, {})) resolve_endpoints(space, host, touched);
  publish_label_keys(touched);
  publish_ingress(touched);
  batch_is_first_ = false;
  published_ = std::make_shared<const MeshView>(view_);
  return touched;
}

void MeshBuilder::apply_all(const std::vector<ObjectChange>& changes, Touched& touched) {
  reserve_addresses(changes);
  for (const auto& change : changes) apply_one(change, touched);
}

// Of two hosts that would get one address the older has it, in whatever order a batch names them: a restart, which
// reads everything at once, changes nobody's address.
void MeshBuilder::reserve_addresses(const std::vector<ObjectChange>& changes) {
  std::map<std::string, int> uses;  // an object that changes twice in a batch may be gone at its end
  for (const auto& change : changes) {
    if (change.type == kServiceEntries) ++uses[full_name_of(change.space, change.name)];
  }
  if (uses.size() < 2) return;
  std::set<std::tuple<Age, std::string>> by_age;
  for (const auto& change : changes) {
    if (change.type != kServiceEntries || change.json.empty() || uses[full_name_of(change.space, change.name)] > 1)
      continue;
    if (!discovery_.takes(change.space)) continue;
    const auto resource = read_resource(change);
    const auto* entry = resource ? resource->as<api::istio::ServiceEntry>() : nullptr;
    if (!entry) continue;
    for (const auto& host : api::istio::hosts_to_allocate(*entry, resource->metadata.labels))
      by_age.emplace(age_of(resource->metadata), host);
  }
  for (const auto& [age, host] : by_age) addresses_.address_of(age.space, host);
}

void MeshBuilder::apply_one(const ObjectChange& change, Touched& touched) {
  if (!is_read(change.type) || change.type == kConfigMaps) return;
  auto key = change.type + "/" + change.space + "/" + change.name;
  auto resource = change.json.empty() ? std::nullopt : read_resource(change);
  note_network(change, resource ? &*resource : nullptr);
  const bool counts = change.type == kPods || discovery_.takes(change.space);
  if (resource && counts) {
    put(key, *resource, touched);
  } else {
    forget(key, touched);
  }
}

// What NetworkPolicies are made of and look at.
void MeshBuilder::note_network(const ObjectChange& change, const api::Resource* resource) {
  const auto name = full_name_of(change.space, change.name);
  if (resource) {
    network_.put(*resource);
  } else if (change.type == kPods) {
    network_.erase_pod(name);
  } else if (change.type == kNamespaces) {
    network_.erase_space(change.name);
  } else if (change.type == kNetworkPolicies) {
    network_.erase_policy(name);
  }
}

// The pods whose ingress has become another one have other listeners.
void MeshBuilder::publish_ingress(Touched& touched) {
  for (const auto& pod : network_.take_changed()) {
    const auto* before = view_.ingress_.find(pod);
    auto ingress = network_.policy_of(pod).ingress;
    if (before ? ingress == **before : !ingress) continue;
    if (ingress) {
      view_.ingress_.put(pod, std::make_shared<const network_policy::Isolation>(*std::move(ingress)));
    } else {
      view_.ingress_.erase(pod);
    }
    touched.pods.insert(pod);
  }
}

void MeshBuilder::put(const std::string& key, const api::Resource& resource, Touched& touched) {
  if (resource.as<api::kubernetes::Service>()) put_service(key, read_service(resource), touched);
  if (resource.as<api::kubernetes::Pod>()) put_pod(key, read_pod(resource), touched);
  if (resource.as<api::kubernetes::EndpointSlice>()) put_slice(key, resource, touched);
  if (resource.as<api::istio::VirtualService>()) put_virtual_service(key, read_virtual_service(resource), touched);
  if (resource.as<api::istio::DestinationRule>()) put_destination_rule(key, read_destination_rule(resource), touched);
  if (resource.as<api::istio::Gateway>()) put_gateway(key, read_gateway(resource), touched);
  if (resource.as<api::istio::ServiceEntry>()) put_service_entry(key, resource, touched);
  if (resource.as<api::istio::WorkloadEntry>()) put_workload_entry(key, read_workload_entry(resource), touched);
  if (resource.as<api::istio::Sidecar>()) put_sidecar(key, read_sidecar(resource), touched);
  if (resource.as<api::istio::PeerAuthentication>())
    put_peer_authentication(key, read_peer_authentication(resource), touched);
  if (resource.as<api::istio::RequestAuthentication>())
    put_request_authentication(key, read_request_authentication(resource), touched);
  if (resource.as<api::istio::AuthorizationPolicy>())
    put_authorization_policy(key, read_authorization_policy(resource), touched);
}

void MeshBuilder::put_service(const std::string& key, const ServicePtr& service, Touched& touched) {
  forget(key, touched);
  known_[key] = service;
  if (!service->alias_of.empty()) {
    view_.aliases_.put(service);
    touch_alias(*service, touched);
    return;
  }
  view_.services_.put(service);
  look_up_endpoints_of(*service);
  touched.hosts.insert(service->host);
}

// What the name leads to is addressed by one name more or less.
void MeshBuilder::touch_alias(const Service& alias, Touched& touched) const {
  touched.hosts.insert(alias.host);
  if (auto target = view_.aliases_.target_of(alias.alias_of); !target.empty()) touched.hosts.insert(std::move(target));
}

void MeshBuilder::put_service_entry(const std::string& key, const api::Resource& resource, Touched& touched) {
  forget(key, touched);
  auto services = read_service_entry(
      resource, [this](std::string_view space, std::string_view host) { return addresses_.address_of(space, host); });
  for (const auto& service : services) {
    view_.services_.put(service);
    look_up_endpoints_of(*service);
    touched.hosts.insert(service->host);
  }
  known_[key] = std::move(services);
}

void MeshBuilder::put_workload_entry(const std::string& key, const WorkloadEntryPtr& workload, Touched& touched) {
  if (auto found = known_.find(key); found != known_.end()) {
    if (*std::get<WorkloadEntryPtr>(found->second) == *workload) return;
  }
  forget(key, touched);
  known_[key] = workload;
  look_up_services_of(workload->space, workload->endpoint.labels);
}

void MeshBuilder::put_sidecar(const std::string& key, const SidecarPtr& sidecar, Touched& touched) {
  forget(key, touched);
  known_[key] = sidecar;
  view_.sidecars_.put(sidecar);
  touch_sidecar(*sidecar, touched);
}

// Where one makes bytes of a port, clients see it at the endpoints; which one holds for them may be another one now.
void MeshBuilder::touch_sidecar(const Sidecar& sidecar, Touched& touched) const {
  touched.sidecars.insert(sidecar.name);
  if (view_.sidecars_.make_bytes_of_some())
    touch_scope(sidecar.space == view_.root_space() ? "*" : sidecar.space, touched);
}

void MeshBuilder::put_request_authentication(const std::string& key, const RequestAuthenticationPtr& policy,
                                             Touched& touched) {
  forget(key, touched);
  if (!policy) return;
  known_[key] = policy;
  view_.request_authentications_.put(policy);
  touch_policies_of(policy->space, touched);
}

Touched MeshBuilder::put_key_set(const KeySource& source, std::string key_set) {
  if (key_set.empty()) {
    view_.key_sets_.erase(source);
  } else {
    view_.key_sets_.put(source, std::move(key_set));
  }
  Touched touched;
  for (const auto& policy : view_.request_authentications_.all()) {
    const bool is_user = std::ranges::any_of(policy->spec.jwt_rules, [&](const api::istio::JwtRule& rule) {
      return rule.jwks.empty() && key_source_of(rule) == source;
    });
    if (is_user) touch_policies_of(policy->space, touched);
  }
  published_ = std::make_shared<const MeshView>(view_);
  return touched;
}

void MeshBuilder::put_authorization_policy(const std::string& key, const AuthorizationPolicyPtr& policy,
                                           Touched& touched) {
  forget(key, touched);
  if (!policy) return;
  known_[key] = policy;
  view_.authorization_policies_.put(policy);
  touch_policies_of(policy->space, touched);
}

// Status changes of pods are frequent; only what routing reads counts.
void MeshBuilder::put_pod(const std::string& key, const PodPtr& pod, Touched& touched) {
  if (auto found = known_.find(key); found != known_.end() && *std::get<PodPtr>(found->second) == *pod) return;
  forget(key, touched);
  known_[key] = pod;
  look_up_services_of(pod->space, pod->labels);
  auto name = full_name_of(pod->space, pod->name);
  view_.pods_.put(name, pod);
  if (!pod->ip.empty()) view_.pods_by_ip_.put(pod->ip, pod);
  touched.pods.insert(name);
  if (auto hosts = hosts_of_pod_.find(name); hosts != hosts_of_pod_.end()) {
    unresolved_hosts_.insert(hosts->second.begin(), hosts->second.end());
  }
}

void MeshBuilder::put_virtual_service(const std::string& key, const VirtualServicePtr& virtual_service,
                                      Touched& touched) {
  forget(key, touched);
  known_[key] = virtual_service;
  view_.virtual_services_.put(virtual_service);
  label_keys_.count(*virtual_service, 1);
  touched.gateways |= applies_to_gateways(virtual_service->spec);
  touched.hosts.insert(virtual_service->hosts.begin(), virtual_service->hosts.end());
  if (virtual_service->hosts.empty()) touch_roots_of(*virtual_service, touched);
}

void MeshBuilder::put_destination_rule(const std::string& key, const DestinationRulePtr& rule, Touched& touched) {
  forget(key, touched);
  known_[key] = rule;
  view_.destination_rules_.put(rule);
  label_keys_.count(*rule, 1);
  touched.hosts.insert(rule->host);
}

void MeshBuilder::put_gateway(const std::string& key, const GatewayPtr& gateway, Touched& touched) {
  forget(key, touched);
  known_[key] = gateway;
  view_.gateways_.put(gateway);
  touched.gateways = true;
}

void MeshBuilder::put_peer_authentication(const std::string& key, const PeerAuthenticationPtr& policy,
                                          Touched& touched) {
  begin_peer_change(*policy);
  forget(key, touched);
  known_[key] = policy;
  view_.peer_authentications_.put(policy);
  if (!peers_are_settling()) view_.clients_peers_ = view_.peer_authentications_;
  touch_scope(scope_of(*policy), touched);
}

// Of former states those alone count that clients have been told of: while servers are to take both, that is one.
void MeshBuilder::begin_peer_change(const PeerAuthentication& policy) {
  if (batch_is_first_) return;
  if (peer_step_ != PeerStep::servers_take_both) view_.former_peers_.push_back(view_.peer_authentications_);
  settling_scopes_.insert(scope_of(policy));
  peer_step_ = PeerStep::servers_take_both;
}

Touched MeshBuilder::advance_peers() {
  Touched touched;
  for (const auto& scope : settling_scopes_) touch_scope(scope, touched);
  if (peer_step_ == PeerStep::servers_take_both) {
    // Every proxy has followed to here, so nobody goes by anything older: the states do not add up, whatever comes.
    view_.former_peers_.assign(1, view_.clients_peers_);
    view_.clients_peers_ = view_.peer_authentications_;
    peer_step_ = PeerStep::clients_move;
  } else {
    view_.former_peers_.clear();
    settling_scopes_.clear();
    peer_step_ = PeerStep::settled;
  }
  published_ = std::make_shared<const MeshView>(view_);
  return touched;
}

void MeshBuilder::put_slice(const std::string& key, const api::Resource& resource, Touched& touched) {
  forget(key, touched);
  auto name = resource.metadata.labels.find(api::kubernetes::kServiceNameLabel);
  if (name == resource.metadata.labels.end()) return;
  const auto& space = resource.metadata.namespace_name;
  auto host = service_host(name->second, space);
  known_[key] = SliceEntry{
      host, space,
      std::make_shared<const api::kubernetes::EndpointSlice>(*resource.as<api::kubernetes::EndpointSlice>())};
  slices_of_host_[host].insert(key);
  unresolved_hosts_.emplace(space, host);
}

std::string MeshBuilder::scope_of(const PeerAuthentication& policy) const {
  return policy.space == view_.root_space() && policy.selector.empty() ? "*" : policy.space;
}

// What the workloads of the scope take is theirs to know, and their clients', who see it at clusters and endpoints.
void MeshBuilder::touch_scope(const std::string& scope, Touched& touched) const {
  touched.policy_spaces.insert(scope);
  view_.services_.each([&](const ServicePtr& service) {
    if (scope == "*" || service->space == scope) touched.hosts.insert(service->host);
  });
}

// Policies of the root namespace hold for everybody's workloads.
void MeshBuilder::touch_policies_of(const std::string& space, Touched& touched) const {
  touched.policy_spaces.insert(space == view_.root_space() ? "*" : space);
}

// Whose rules a delegate's are part of.
void MeshBuilder::touch_roots_of(const VirtualService& delegate, Touched& touched) const {
  for (const auto& root : view_.virtual_services_.roots_of(delegate.space + "/" + delegate.age.name)) {
    touched.hosts.insert(root->hosts.begin(), root->hosts.end());
    touched.gateways |= applies_to_gateways(root->spec);
  }
}

void MeshBuilder::publish_label_keys(Touched& touched) {
  auto keys = label_keys_.in_use();
  if (keys == view_.client_label_keys()) return;
  view_.client_label_keys_ = std::make_shared<const std::set<std::string, std::less<>>>(std::move(keys));
  touched.client_labels = true;
}

}  // namespace weft::control::mesh
