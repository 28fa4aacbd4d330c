#include "control/mesh/service_entry.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "control/mesh/endpoint_resolution.h"
#include "control/mesh/reading.h"

namespace weft::control::mesh {
namespace {

using api::istio::ServiceEntry;
using api::istio::ServiceResolution;

ServicePort read_entry_port(const api::istio::ServiceEntryPort& port) {
  ServicePort read;
  read.name = port.name;
  read.number = port.number;
  read.target_number = port.target_port != 0 ? port.target_port : port.number;
  // The protocol counts alone: a ServiceEntry's port may have any name.
  read.protocol = protocol_of(port.protocol, port.number);
  return read;
}

Resolution resolution_of(const ServiceEntry& entry) {
  switch (entry.resolution) {
    case ServiceResolution::none:
    case ServiceResolution::dynamic_dns:  // not in force: what the client resolved is where it goes
      return Resolution::dialled;
    case ServiceResolution::fixed:
      return Resolution::listed;
    case ServiceResolution::dns:
      return Resolution::dns;
    case ServiceResolution::dns_round_robin:
      return Resolution::first_of_dns;
  }
  return Resolution::dialled;
}

// A name that is resolved and says nothing of endpoints is its own endpoint.
Endpoints endpoints_of(const ServiceEntry& entry, const Service& service) {
  Endpoints endpoints;
  for (const auto& listed : entry.endpoints) endpoints.push_back(read_endpoint(listed, service.space));
  if (endpoints.empty() && service.selector.empty() && service.resolves_names()) {
    endpoints.emplace_back().address = service.host;
    endpoints.back().space = service.space;
  }
  for (auto& endpoint : endpoints) complete_ports(service, endpoint);
  return endpoints;
}

// Once, and only if it tells the service from others: "0.0.0.0" is any address.
void add_address(const std::string& address, std::vector<std::string>& addresses) {
  const bool is_any = address == "0.0.0.0" || address == "::";
  if (!is_any && std::ranges::find(addresses, address) == addresses.end()) addresses.push_back(address);
}

// What the status says was given once, else one that follows from the name.
std::string allocated(const ServiceEntry& entry, const Service& service, const AllocateAddress& allocate) {
  for (const auto& given : entry.status.addresses) {
    if (given.host == service.host) return given.value;
  }
  return allocate(service.space, service.host);
}

}  // namespace

std::vector<ServicePtr> read_service_entry(const api::Resource& resource, const AllocateAddress& allocate) {
  const auto& entry = *resource.as<ServiceEntry>();
  const auto wanting = hosts_to_allocate(entry, resource.metadata.labels);
  Service shared;
  shared.space = resource.metadata.namespace_name;
  shared.registry = Registry::service_entry;
  shared.resolution = resolution_of(entry);
  for (const auto& address : entry.addresses) add_address(address, shared.addresses);
  shared.is_external = entry.location == api::istio::ServiceLocation::mesh_external;
  if (entry.workload_selector) shared.selector = entry.workload_selector->labels;
  for (const auto& port : entry.ports) shared.ports.push_back(read_entry_port(port));
  shared.export_to = entry.export_to;
  shared.prefers = preference_of(resource, {});
  shared.origin = origin_of(resource, "service-entry");
  shared.age = age_of(resource.metadata);

  std::vector<ServicePtr> services;
  for (const auto& host : entry.hosts) {
    const std::string name = to_lower(host);
    if (std::ranges::find(services, name, [](const auto& known) { return known->host; }) != services.end()) continue;
    auto service = std::make_shared<Service>(shared);
    service->host = name;
    service->name = service->host;
    const bool wants = std::find(wanting.begin(), wanting.end(), host) != wanting.end();
    if (wants) service->addresses.push_back(allocated(entry, *service, allocate));
    service->own_endpoints = endpoints_of(entry, *service);
    service->subject_alt_names = entry.subject_alt_names;
    services.push_back(std::move(service));
  }
  return services;
}

}  // namespace weft::control::mesh
