#include "control/workloads/endpoint_slices.h"

#include <fmt/format.h>

#include "control/store/object_json.h"
#include "control/workloads/removal.h"

namespace weft::control {
namespace {

using api::Json;
using api::kubernetes::kServiceNameLabel;
using api::kubernetes::Pod;
using api::kubernetes::Service;
using api::kubernetes::ServicePort;

// Kubernetes' own bound on one slice is 1,000 endpoints, its default 100; larger slices mean fewer objects, and some
// 300 bytes an endpoint stay well under an object's 1 MiB.
constexpr size_t kEndpointsPerSlice = 1000;

// The slices of a service by their ports (as JSON text): pods may resolve a named port to different numbers.
using EndpointsByPorts = std::map<std::string, Json::array_t>;

std::optional<int32_t> resolve_port(const ServicePort& port, const Pod& pod) {
  if (!port.target_port.is_set()) return port.port;
  if (port.target_port.name.empty()) return port.target_port.number;
  for (const auto& container : pod.spec.containers) {
    for (const auto& offered : container.ports)
      if (offered.name == port.target_port.name && offered.protocol == port.protocol) return offered.container_port;
  }
  return std::nullopt;
}

Json slice_port(const ServicePort& port, int32_t number) {
  Json result{{"name", port.name}, {"protocol", port.protocol}, {"port", number}};
  if (!port.app_protocol.empty()) result["appProtocol"] = port.app_protocol;
  return result;
}

Json ports_of(const Service& service, const Pod& pod) {
  Json ports = Json::array();
  for (const ServicePort& port : service.ports)
    if (const auto number = resolve_port(port, pod)) ports.push_back(slice_port(port, *number));
  return ports;
}

// The ports of a slice that has no endpoints yet: those that need no pod to be known.
Json ports_without_pods(const Service& service) {
  return ports_of(service, Pod{});
}

Json endpoint_of(const Service& service, const api::Resource& resource, const Pod& pod) {
  const bool terminating = is_terminating(resource);
  const bool ready = pod.is_ready();
  Json endpoint{{"addresses", {pod.status.pod_ip}},
                {"conditions",
                 {{"ready", service.publish_not_ready_addresses || (ready && !terminating)},
                  {"serving", ready},
                  {"terminating", terminating}}},
                {"targetRef",
                 {{"kind", "Pod"},
                  {"namespace", resource.metadata.namespace_name},
                  {"name", resource.metadata.name},
                  {"uid", resource.metadata.uid}}}};
  if (!pod.spec.node_name.empty()) endpoint["nodeName"] = pod.spec.node_name;
  if (!pod.spec.hostname.empty()) endpoint["hostname"] = pod.spec.hostname;
  return endpoint;
}

bool belongs(const Service& service, const api::Resource& resource, const Pod& pod) {
  const bool has_ended = pod.status.phase == "Succeeded" || pod.status.phase == "Failed";
  return !pod.status.pod_ip.empty() && !has_ended && model::selects(service.selector, resource.metadata.labels);
}

EndpointsByPorts collect(const World& world, const Service& service, const std::string& space) {
  EndpointsByPorts slices;
  world.for_each(kPods, space, [&](const Known& known) {
    const Pod& pod = *known.resource.as<Pod>();
    if (!belongs(service, known.resource, pod)) return;
    const Json ports = ports_of(service, pod);
    if (!ports.empty()) slices[ports.dump()].push_back(endpoint_of(service, known.resource, pod));
  });
  if (slices.empty()) slices[ports_without_pods(service).dump()] = {};
  return slices;
}

Json labels_of(const api::Resource& resource, const Service& service) {
  Json labels = Json::object();
  for (const auto& [name, value] : resource.metadata.labels) labels[name] = value;
  labels[kServiceNameLabel] = resource.metadata.name;
  labels["endpointslice.kubernetes.io/managed-by"] = kSliceManager;
  if (service.is_headless()) labels["service.kubernetes.io/headless"] = "";
  return labels;
}

// One slice as it should be, but for what stamp_new() gives.
Json slice_body(const api::Resource& service, const std::string& ports, size_t part, Json::array_t endpoints) {
  const std::string name =
      name_with_suffix(service.metadata.name, content_hash(fmt::format("{} {}", part, ports)).substr(0, 5));
  return {{"apiVersion", "discovery.k8s.io/v1"},
          {"kind", "EndpointSlice"},
          {"metadata",
           {{"name", name},
            {"namespace", service.metadata.namespace_name},
            {"labels", labels_of(service, *service.as<Service>())},
            {"ownerReferences",
             {{{"apiVersion", "v1"},
               {"kind", "Service"},
               {"name", service.metadata.name},
               {"uid", service.metadata.uid},
               {"controller", true},
               {"blockOwnerDeletion", true}}}}}},
          {"addressType", "IPv4"},
          {"endpoints", std::move(endpoints)},
          {"ports", Json::parse(ports)}};
}

std::map<std::string, Json> wanted_slices(const World& world, const api::Resource& service) {
  std::map<std::string, Json> wanted;
  for (auto& [ports, endpoints] : collect(world, *service.as<Service>(), service.metadata.namespace_name)) {
    for (size_t from = 0; from == 0 || from < endpoints.size(); from += kEndpointsPerSlice) {
      const size_t to = std::min(endpoints.size(), from + kEndpointsPerSlice);
      Json::array_t part(endpoints.begin() + static_cast<ptrdiff_t>(from),
                         endpoints.begin() + static_cast<ptrdiff_t>(to));
      Json body = slice_body(service, ports, from / kEndpointsPerSlice, std::move(part));
      std::string name = body["metadata"]["name"];
      wanted.emplace(std::move(name), std::move(body));
    }
  }
  return wanted;
}

// The slices of a service that are ours, by name.
std::map<std::string, const Known*> present_slices(const World& world, const Key& service) {
  std::map<std::string, const Known*> present;
  world.for_each(kEndpointSlices, service.space, [&](const Known& known) {
    const auto& labels = known.resource.metadata.labels;
    const auto name = labels.find(kServiceNameLabel);
    const auto manager = labels.find("endpointslice.kubernetes.io/managed-by");
    const bool ours = name != labels.end() && name->second == service.name && manager != labels.end() &&
                      manager->second == kSliceManager;
    if (ours) present.emplace(known.resource.metadata.name, &known);
  });
  return present;
}

Write creation(Json body, const Moment& moment) {
  stamp_new(body, moment);
  const Key key{std::string(kEndpointSlices), body["metadata"]["namespace"], body["metadata"]["name"]};
  return {key, Revision{}, encode(std::move(body))};
}

// Nothing when the slice is as it should be.
std::optional<Write> update(const Known& present, Json wanted) {
  Json body = present.resource.body;
  for (const char* member : {"addressType", "endpoints", "ports"}) body[member] = std::move(wanted[member]);
  for (const char* member : {"labels", "ownerReferences"})
    body["metadata"][member] = std::move(wanted["metadata"][member]);
  if (body == present.resource.body) return std::nullopt;
  body["metadata"]["generation"] = present.resource.metadata.generation + 1;
  return Write{key_of(present.resource), present.revision, encode(std::move(body))};
}

bool has_slices(const Known* known) {
  if (known == nullptr) return false;
  const auto* service = known->resource.as<Service>();
  return !service->selector.empty() && service->type != "ExternalName";
}

}  // namespace

Outcome tend_endpoint_slices(const World& world, const Key& key, const Moment& moment) {
  const Known* service = world.find(key);
  std::map<std::string, Json> wanted;
  if (has_slices(service)) wanted = wanted_slices(world, service->resource);
  auto present = present_slices(world, key);
  Outcome outcome;
  for (auto& [name, body] : wanted) {
    if (const auto found = present.extract(name)) {
      if (auto write = update(*found.mapped(), std::move(body))) outcome.writes.push_back(*std::move(write));
    } else {
      outcome.writes.push_back(creation(std::move(body), moment));
    }
  }
  for (const auto& [name, known] : present) outcome.writes.push_back({key_of(known->resource), known->revision, ""});
  return outcome;
}

}  // namespace weft::control
