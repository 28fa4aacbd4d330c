#include "control/mesh/mesh_builder.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "control/mesh/endpoint_resolution.h"
#include "control/mesh/locality.h"
#include "control/mesh/reading.h"

namespace weft::control::mesh {
namespace {

std::string pod_key(std::string_view space, std::string_view name) {
  return std::string(space).append("/").append(name);
}

// What is in the store was checked on its way in; what cannot be read all the same is reported and left out.
std::optional<api::Resource> read_resource(const ObjectChange& change) {
  auto json = api::parse_json(change.json);
  if (!json) {
    log::error("mesh: {} {}/{} is no JSON: {}", change.type, change.space, change.name, json.error().detail);
    return std::nullopt;
  }
  auto checked = api::check(*json, {.strictness = api::Strictness::ignore, .default_namespace = change.space});
  if (!checked.resource) {
    for (const auto& finding : checked.findings) log::error("mesh: {}", api::render_line(finding));
  }
  return std::move(checked.resource);
}

}  // namespace

bool is_read(std::string_view type) {
  static constexpr std::array<std::string_view, 6> kTypes = {"/services",
                                                             "/pods",
                                                             "discovery.k8s.io/endpointslices",
                                                             "networking.istio.io/virtualservices",
                                                             "networking.istio.io/destinationrules",
                                                             "networking.istio.io/gateways"};
  return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

void Touched::add(Touched&& other) {
  hosts.merge(other.hosts);
  endpoints.merge(other.endpoints);
  pods.merge(other.pods);
  client_labels = client_labels || other.client_labels;
  gateways = gateways || other.gateways;
}

Touched MeshBuilder::apply(const std::vector<ObjectChange>& changes) {
  Touched touched;
  for (const auto& change : changes) apply_one(change, touched);
  for (const auto& host : std::exchange(unresolved_hosts_, {})) resolve_endpoints(host, touched);
  publish_label_keys(touched);
  published_ = std::make_shared<const MeshView>(view_);
  return touched;
}

void MeshBuilder::apply_one(const ObjectChange& change, Touched& touched) {
  if (!is_read(change.type)) return;
  auto key = change.type + "/" + change.space + "/" + change.name;
  auto resource = change.json.empty() ? std::nullopt : read_resource(change);
  if (resource) {
    put(key, *resource, touched);
  } else {
    forget(key, touched);
  }
}

void MeshBuilder::put(const std::string& key, const api::Resource& resource, Touched& touched) {
  if (resource.as<api::kubernetes::Service>()) put_service(key, read_service(resource), touched);
  if (resource.as<api::kubernetes::Pod>()) put_pod(key, read_pod(resource), touched);
  if (resource.as<api::kubernetes::EndpointSlice>()) put_slice(key, resource, touched);
  if (resource.as<api::istio::VirtualService>()) put_virtual_service(key, read_virtual_service(resource), touched);
  if (resource.as<api::istio::DestinationRule>()) put_destination_rule(key, read_destination_rule(resource), touched);
  if (resource.as<api::istio::Gateway>()) put_gateway(key, read_gateway(resource), touched);
}

void MeshBuilder::put_service(const std::string& key, const ServicePtr& service, Touched& touched) {
  forget(key, touched);
  known_[key] = service;
  view_.services_.put(service->host, service);
  index_by_space(*service);
  touched.hosts.insert(service->host);
}

// Status changes of pods are frequent; only what routing reads counts.
void MeshBuilder::put_pod(const std::string& key, const PodPtr& pod, Touched& touched) {
  if (auto found = known_.find(key); found != known_.end() && *std::get<PodPtr>(found->second) == *pod) return;
  forget(key, touched);
  known_[key] = pod;
  auto name = pod_key(pod->space, pod->name);
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
  count_label_keys(*virtual_service, 1);
  touched.gateways |= applies_to_gateways(virtual_service->spec);
  touched.hosts.insert(virtual_service->hosts.begin(), virtual_service->hosts.end());
}

void MeshBuilder::put_destination_rule(const std::string& key, const DestinationRulePtr& rule, Touched& touched) {
  forget(key, touched);
  known_[key] = rule;
  view_.destination_rules_.put(rule);
  count_label_keys(*rule, 1);
  touched.hosts.insert(rule->host);
}

void MeshBuilder::put_gateway(const std::string& key, const GatewayPtr& gateway, Touched& touched) {
  forget(key, touched);
  known_[key] = gateway;
  view_.gateways_.put(gateway);
  touched.gateways = true;
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
  unresolved_hosts_.insert(host);
}

void MeshBuilder::forget(const std::string& key, Touched& touched) {
  auto found = known_.find(key);
  if (found == known_.end()) return;
  auto known = std::move(found->second);
  known_.erase(found);
  if (auto* slice = std::get_if<SliceEntry>(&known)) slices_of_host_[slice->host].erase(key);
  std::visit([&](const auto& object) { forget_it(object, touched); }, known);
}

void MeshBuilder::forget_it(const ServicePtr& service, Touched& touched) {
  view_.services_.erase(service->host);
  index_by_space(*service);
  touched.hosts.insert(service->host);
}

void MeshBuilder::forget_it(const PodPtr& pod, Touched& touched) {
  auto name = pod_key(pod->space, pod->name);
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
  count_label_keys(*virtual_service, -1);
  touched.gateways |= applies_to_gateways(virtual_service->spec);
  touched.hosts.insert(virtual_service->hosts.begin(), virtual_service->hosts.end());
}

void MeshBuilder::forget_it(const DestinationRulePtr& rule, Touched& touched) {
  view_.destination_rules_.erase(*rule);
  count_label_keys(*rule, -1);
  touched.hosts.insert(rule->host);
}

void MeshBuilder::forget_it(const GatewayPtr& gateway, Touched& touched) {
  view_.gateways_.erase(*gateway);
  touched.gateways = true;
}

void MeshBuilder::forget_it(const SliceEntry& entry, Touched&) {
  unresolved_hosts_.insert(entry.host);
}

// The list of one namespace's services is made anew from its last version: services change rarely.
void MeshBuilder::index_by_space(const Service& service) {
  const auto* last = view_.services_by_space_.find(service.space);
  auto services = last ? **last : std::vector<ServicePtr>{};
  std::erase_if(services, [&](const auto& other) { return other->name == service.name; });
  if (const auto* now = view_.services_.find(service.host)) services.push_back(*now);
  std::sort(services.begin(), services.end(), [](const auto& a, const auto& b) { return a->name < b->name; });
  if (services.empty()) {
    view_.services_by_space_.erase(service.space);
  } else {
    view_.services_by_space_.put(service.space, std::make_shared<const std::vector<ServicePtr>>(std::move(services)));
  }
}

void MeshBuilder::resolve_endpoints(const std::string& host, Touched& touched) {
  auto before = view_.endpoints(host);
  Endpoints now;
  for (const auto& key : slices_of_host_[host]) {
    const auto& entry = std::get<SliceEntry>(known_.at(key));
    add_endpoints(*entry.slice, entry.space, view_, now);
  }
  sort_endpoints(now);
  if (slices_of_host_[host].empty()) slices_of_host_.erase(host);
  for (const auto& endpoint : *before) {
    if (!endpoint.pod.empty()) hosts_of_pod_[pod_key(endpoint.space, endpoint.pod)].erase(host);
  }
  for (const auto& endpoint : now) {
    if (!endpoint.pod.empty()) hosts_of_pod_[pod_key(endpoint.space, endpoint.pod)].insert(host);
  }
  for (const auto& endpoint : *before) {
    auto hosts = hosts_of_pod_.find(pod_key(endpoint.space, endpoint.pod));
    if (hosts != hosts_of_pod_.end() && hosts->second.empty()) hosts_of_pod_.erase(hosts);
  }
  if (now == *before) return;
  if (now.empty()) {
    view_.endpoints_.erase(host);
  } else {
    view_.endpoints_.put(host, std::make_shared<const Endpoints>(std::move(now)));
  }
  touched.endpoints.insert(host);
}

void MeshBuilder::count_label_keys(const VirtualService& virtual_service, int by) {
  auto count = [&](const auto& rules) {
    for (const auto& rule : rules) {
      for (const auto& match : rule.match) count_label_keys(match.source_labels, by);
    }
  };
  count(virtual_service.spec.http);
  count(virtual_service.spec.tls);
  count(virtual_service.spec.tcp);
}

void MeshBuilder::count_label_keys(const DestinationRule& rule, int by) {
  if (rule.spec.workload_selector) count_label_keys(rule.spec.workload_selector->match_labels, by);
  count_label_keys(rule.spec.traffic_policy, by);
  for (const auto& subset : rule.spec.subsets) count_label_keys(subset.traffic_policy, by);
}

// What decides which endpoints are near a client.
void MeshBuilder::count_label_keys(const std::optional<api::istio::TrafficPolicy>& policy, int by) {
  if (!policy) return;
  const auto count = [&](const auto& settings) {
    const bool has_localities = settings.load_balancer && settings.load_balancer->locality_lb_setting;
    if (!settings.outlier_detection && !has_localities) return;
    for (const std::string_view key : kLocalityLabels) label_key_uses_[std::string(key)] += by;
    if (!has_localities) return;
    for (const std::string& label : settings.load_balancer->locality_lb_setting->failover_priority)
      label_key_uses_[label.substr(0, label.find('='))] += by;
  };
  count(*policy);
  for (const auto& port : policy->port_level_settings) count(port);
}

void MeshBuilder::count_label_keys(const model::Labels& labels, int by) {
  for (const auto& [key, value] : labels) label_key_uses_[key] += by;
}

void MeshBuilder::publish_label_keys(Touched& touched) {
  std::set<std::string, std::less<>> keys;
  for (const auto& [key, uses] : label_key_uses_) {
    if (uses > 0) keys.insert(key);
  }
  if (keys == view_.client_label_keys()) return;
  view_.client_label_keys_ = std::make_shared<const std::set<std::string, std::less<>>>(std::move(keys));
  touched.client_labels = true;
}

}  // namespace weft::control::mesh
