// What becomes of the mesh when an object is gone.
#include <utility>

#include "control/mesh/mesh_builder.h"

namespace weft::control::mesh {

void MeshBuilder::forget(const std::string& key, Touched& touched) {
  auto found = known_.find(key);
  if (found == known_.end()) return;
  auto known = std::move(found->second);
  known_.erase(found);
  if (auto* slice = std::get_if<SliceEntry>(&known)) slices_of_host_[slice->host].erase(key);
  std::visit([&](const auto& object) { forget_it(object, touched); }, known);
}

void MeshBuilder::forget_it(const ServicePtr& service, Touched& touched) {
  if (!service->alias_of.empty()) {
    touch_alias(*service, touched);  // first: it may be a step of a longer way
    view_.aliases_.erase(*service);
    return;
  }
  view_.services_.erase(*service);
  look_up_endpoints_of(*service);
  touched.hosts.insert(service->host);
}

void MeshBuilder::forget_it(const EntryServices& services, Touched& touched) {
  for (const auto& service : services) {
    forget_it(service, touched);
    const auto others = view_.services_.all_of(service->host);
    const bool is_last =
        std::none_of(others.begin(), others.end(), [&](const auto& other) { return other->space == service->space; });
    if (is_last) addresses_.release(service->space, service->host);
  }
}

void MeshBuilder::forget_it(const WorkloadEntryPtr& workload, Touched&) {
  look_up_services_of(workload->space, workload->endpoint.labels);
}

void MeshBuilder::forget_it(const RequestAuthenticationPtr& policy, Touched& touched) {
  view_.request_authentications_.erase(*policy);
  touch_policies_of(policy->space, touched);
}

void MeshBuilder::forget_it(const SidecarPtr& sidecar, Touched& touched) {
  touch_sidecar(*sidecar, touched);  // first: it may be the last that makes bytes of a port
  view_.sidecars_.erase(*sidecar);
}

void MeshBuilder::forget_it(const AuthorizationPolicyPtr& policy, Touched& touched) {
  view_.authorization_policies_.erase(*policy);
  touch_policies_of(policy->space, touched);
}

void MeshBuilder::forget_it(const PodPtr& pod, Touched& touched) {
  look_up_services_of(pod->space, pod->labels);
  auto name = full_name_of(pod->space, pod->name);
  view_.pods_.erase(name);
  // The address may have passed to another pod already.
  const auto* holder = view_.pods_by_ip_.find(pod->ip);
  if (holder && *holder == pod) view_.pods_by_ip_.erase(pod->ip);
  touched.pods.insert(name);
  if (auto hosts = hosts_of_pod_.find(name); hosts != hosts_of_pod_.end()) {
    unresolved_hosts_.insert(hosts->second.begin(), hosts->second.end());
  }
}

void MeshBuilder::forget_it(const VirtualServicePtr& virtual_service, Touched& touched) {
  view_.virtual_services_.erase(*virtual_service);
  label_keys_.count(*virtual_service, -1);
  touched.gateways |= applies_to_gateways(virtual_service->spec);
  touched.hosts.insert(virtual_service->hosts.begin(), virtual_service->hosts.end());
  if (virtual_service->hosts.empty()) touch_roots_of(*virtual_service, touched);
}

void MeshBuilder::forget_it(const DestinationRulePtr& rule, Touched& touched) {
  view_.destination_rules_.erase(*rule);
  label_keys_.count(*rule, -1);
  touched.hosts.insert(rule->host);
}

void MeshBuilder::forget_it(const GatewayPtr& gateway, Touched& touched) {
  view_.gateways_.erase(*gateway);
  touched.gateways = true;
}

void MeshBuilder::forget_it(const PeerAuthenticationPtr& policy, Touched& touched) {
  begin_peer_change(*policy);
  view_.peer_authentications_.erase(*policy);
  if (!peers_are_settling()) view_.clients_peers_ = view_.peer_authentications_;
  touch_scope(scope_of(*policy), touched);
}

void MeshBuilder::forget_it(const SliceEntry& entry, Touched&) {
  unresolved_hosts_.emplace(entry.space, entry.host);
}

}  // namespace weft::control::mesh
