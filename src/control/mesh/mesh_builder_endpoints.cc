// Which endpoints the hosts of the mesh have, of EndpointSlices, selected WorkloadEntries and pods, and addresses that
// a ServiceEntry lists itself.
#include <set>
#include <tuple>
#include <utility>

#include "control/mesh/endpoint_resolution.h"
#include "control/mesh/mesh_builder.h"
#include "control/mesh/reading.h"

namespace weft::control::mesh {
namespace {

// Who is behind a host, and whether they could speak mutual TLS.
using Accounts = std::set<std::tuple<std::string_view, std::string_view, bool>>;
Accounts accounts_behind(const Endpoints& endpoints) {
  Accounts accounts;
  for (const auto& endpoint : endpoints)
    accounts.emplace(endpoint.space, endpoint.service_account, endpoint.ends_mesh_tls);
  return accounts;
}

}  // namespace

// Keys are "type/namespace/name": those of one type, and of one namespace, stand together.
template <class Visit>
void MeshBuilder::each_known(std::string prefix, Visit&& visit) const {
  for (auto found = known_.lower_bound(prefix); found != known_.end() && found->first.starts_with(prefix); ++found) {
    visit(found->second);
  }
}

// A workload with these labels came, went or changed: services that select it have other endpoints. Pods reach
// Kubernetes' own services by EndpointSlices.
void MeshBuilder::look_up_services_of(std::string_view space, const model::Labels& labels) {
  for (const auto& service : view_.services_.selecting(space, labels)) look_up_endpoints_of(*service);
}

void MeshBuilder::look_up_endpoints_of(const Service& service) {
  unresolved_hosts_.emplace(service.space, service.host);
}

void MeshBuilder::add_selected(const Service& service, Endpoints& endpoints) const {
  if (service.selector.empty()) return;
  const auto add = [&](Endpoint endpoint) {
    complete_ports(service, endpoint);
    endpoints.push_back(std::move(endpoint));
  };
  each_known("networking.istio.io/workloadentries/" + service.space + "/", [&](const Known& known) {
    const auto& workload = *std::get<WorkloadEntryPtr>(known);
    if (model::selects(service.selector, workload.endpoint.labels)) add(workload.endpoint);
  });
  if (service.registry == Registry::kubernetes) return;
  each_known("/pods/" + service.space + "/", [&](const Known& known) {
    const auto& pod = *std::get<PodPtr>(known);
    if (!pod.ip.empty() && model::selects(service.selector, pod.labels)) add(read_endpoint(pod));
  });
}

Endpoints MeshBuilder::endpoints_now(const std::string& space, const std::string& host) const {
  Endpoints now;
  if (auto slices = slices_of_host_.find(host); slices != slices_of_host_.end()) {
    for (const auto& key : slices->second) {
      const auto& entry = std::get<SliceEntry>(known_.at(key));
      if (entry.space == space) add_endpoints(*entry.slice, entry.space, view_, now);
    }
  }
  for (const auto& service : view_.services_.all_of(host)) {
    if (service->space != space) continue;
    now.insert(now.end(), service->own_endpoints.begin(), service->own_endpoints.end());
    add_selected(*service, now);
  }
  sort_endpoints(now);
  return now;
}

void MeshBuilder::resolve_endpoints(const std::string& space, const std::string& host, Touched& touched) {
  const auto key = endpoints_key(space, host);
  const auto before = view_.endpoints(space, host);
  Endpoints now = endpoints_now(space, host);
  if (auto slices = slices_of_host_.find(host); slices != slices_of_host_.end() && slices->second.empty()) {
    slices_of_host_.erase(slices);
  }
  note_pods(*before, now, {space, host});
  if (now == *before) return;
  if (accounts_behind(now) != accounts_behind(*before)) touched.hosts.insert(host);  // clients name them in clusters
  if (now.empty()) {
    view_.endpoints_.erase(key);
  } else {
    view_.endpoints_.put(key, std::make_shared<const Endpoints>(std::move(now)));
  }
  touched.endpoints.insert(host);
}

// Which services a pod's labels matter to.
void MeshBuilder::note_pods(const Endpoints& before, const Endpoints& now, const SpaceAndHost& service) {
  for (const auto& endpoint : before) {
    if (!endpoint.pod.empty()) hosts_of_pod_[full_name_of(endpoint.space, endpoint.pod)].erase(service);
  }
  for (const auto& endpoint : now) {
    if (!endpoint.pod.empty()) hosts_of_pod_[full_name_of(endpoint.space, endpoint.pod)].insert(service);
  }
  for (const auto& endpoint : before) {
    auto hosts = hosts_of_pod_.find(full_name_of(endpoint.space, endpoint.pod));
    if (hosts != hosts_of_pod_.end() && hosts->second.empty()) hosts_of_pod_.erase(hosts);
  }
}

}  // namespace weft::control::mesh
