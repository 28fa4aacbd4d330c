#include "api/istio/service_entry_checks.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "api/field_table.h"
#include "api/istio/virtual_service_checks.h"
#include "api/istio/workload_checks.h"
#include "base/strings.h"

namespace weft::api::istio {
namespace {

bool is_one_of(std::string_view protocol, std::initializer_list<std::string_view> known) {
  return std::ranges::any_of(known, [&](std::string_view name) { return equal_ignoring_case(protocol, name); });
}
// The client says which host it means: by Host, or by server name.
bool names_its_host(const ServiceEntryPort& port) {
  return is_one_of(port.protocol, {"HTTP", "HTTP2", "GRPC", "GRPC-WEB", "HTTP_PROXY", "HTTPS", "TLS"});
}

std::string_view word(ServiceResolution resolution) {
  constexpr std::array<std::string_view, 5> kWords = {"NONE", "STATIC", "DNS", "DNS_ROUND_ROBIN", "DYNAMIC_DNS"};
  return kWords[static_cast<size_t>(resolution)];
}

void check_ports(const Place& place, const ServiceEntry& entry) {
  const Place list = place.at("ports");
  std::set<std::string_view> names;
  std::set<uint32_t> numbers;
  for (size_t i = 0; i < entry.ports.size(); ++i) {
    const auto& port = entry.ports[i];
    const Place at = list.at(i);
    if (!port.name.empty() && !names.insert(port.name).second) {
      at.at("name").error(Code::bad_value, fmt::format("the port name \"{}\" stands twice", port.name));
    }
    if (port.number != 0 && !numbers.insert(port.number).second) {
      at.at("number").error(Code::bad_value, fmt::format("the port {} stands twice", port.number));
    }
  }
}

void check_addresses(const Place& place, const ServiceEntry& entry) {
  const Place list = place.at("addresses");
  const bool takes_subnets =
      entry.resolution == ServiceResolution::none || entry.resolution == ServiceResolution::fixed;
  for (size_t i = 0; i < entry.addresses.size() && !takes_subnets; ++i) {
    if (entry.addresses[i].find('/') == std::string::npos) continue;
    list.at(i).error(Code::conflicting_fields, "subnets go with resolution NONE and STATIC only",
                     "write an IP address");
  }
}

// Of the forms that a workload's address may have, those that go with the resolution.
void check_endpoint_address(const Place& endpoint, const WorkloadEntry& workload, const ServiceEntry& entry) {
  const Place address = endpoint.at("address");
  if (entry.resolves_names() && workload.is_unix()) {
    address.error(Code::conflicting_fields, "sockets go with resolution STATIC only");
  } else if (!entry.resolves_names() && is_resolvable(workload.address)) {
    address.error(Code::conflicting_fields, fmt::format("the name \"{}\" would have to be resolved", workload.address),
                  "write an IP address, or resolution: DNS");
  }
}

void check_endpoint_ports(const Place& endpoint, const WorkloadEntry& workload, const ServiceEntry& entry) {
  const Place ports = endpoint.at("ports");
  for (const auto& [name, number] : workload.ports) {
    const bool known = std::ranges::any_of(entry.ports, [&](const auto& port) { return port.name == name; });
    if (!known) ports.at(name).error(Code::bad_value, fmt::format("the ServiceEntry has no port \"{}\"", name));
  }
  if (workload.is_unix() && entry.ports.size() != 1) {
    endpoint.at("address").error(Code::conflicting_fields, "a socket serves exactly one port of the ServiceEntry");
  }
}

void check_endpoints(const Place& place, const ServiceEntry& entry) {
  const Place list = place.at("endpoints");
  if (entry.workload_selector && place.has("endpoints")) {
    list.error(Code::conflicting_fields, "endpoints and workloadSelector exclude each other", "keep one");
  }
  for (size_t i = 0; i < entry.endpoints.size(); ++i) {
    const Place endpoint = list.at(i);
    check_endpoint_address(endpoint, entry.endpoints[i], entry);
    check_endpoint_ports(endpoint, entry.endpoints[i], entry);
  }
}

// NONE: the client's address is the endpoint.
void check_none(const Place& place, const ServiceEntry& entry) {
  if (!entry.endpoints.empty()) {
    place.at("endpoints")
        .error(Code::conflicting_fields, "resolution NONE has no endpoints: it goes where clients dial",
               "write resolution: STATIC or DNS");
  }
  if (entry.workload_selector) {
    place.at("workloadSelector").warn(Code::conflicting_fields, "workloadSelector has no effect with resolution NONE");
  }
}

void check_dns(const Place& place, const ServiceEntry& entry) {
  const Place hosts = place.at("hosts");
  const bool resolves_hosts = entry.endpoints.empty() && !entry.workload_selector;
  for (size_t i = 0; i < entry.hosts.size() && resolves_hosts; ++i) {
    if (is_resolvable(entry.hosts[i])) continue;
    hosts.at(i).error(Code::conflicting_fields, fmt::format("\"{}\" can't be resolved by DNS", entry.hosts[i]),
                      "name endpoints");
  }
  if (entry.resolution == ServiceResolution::dns_round_robin && entry.endpoints.size() > 1) {
    place.at("endpoints")
        .error(Code::conflicting_fields, "DNS_ROUND_ROBIN takes one endpoint at most",
               "write resolution: DNS to use several");
  }
}

void check_dynamic_dns(const Place& place, const ServiceEntry& entry) {
  const Place hosts = place.at("hosts");
  for (size_t i = 0; i < entry.hosts.size(); ++i) {
    if (entry.hosts[i].starts_with('*')) continue;
    hosts.at(i).error(Code::conflicting_fields, "DYNAMIC_DNS is for wildcard hosts only", "write resolution: DNS");
  }
  for (const std::string_view name : {"addresses", "endpoints"}) {
    if (place.has(name)) place.at(name).error(Code::conflicting_fields, fmt::format("DYNAMIC_DNS excludes {}", name));
  }
  const Place ports = place.at("ports");
  for (size_t i = 0; i < entry.ports.size(); ++i) {
    if (is_one_of(entry.ports[i].protocol, {"HTTP", "HTTP2", "GRPC", "TLS"})) continue;
    const Place port = ports.at(i);
    port.at("protocol").error(Code::conflicting_fields, "DYNAMIC_DNS takes HTTP, HTTP2, GRPC and TLS only");
  }
  place.at("resolution").warn(Code::not_in_force, "accepted, not yet in force: resolution DYNAMIC_DNS");
}

// Opaque TCP says nothing of hosts: one address can't stand for several.
void check_several_hosts(const Place& place, const ServiceEntry& entry) {
  if (entry.hosts.size() < 2 || entry.resolution == ServiceResolution::none) return;
  const Place ports = place.at("ports");
  for (size_t i = 0; i < entry.ports.size(); ++i) {
    if (names_its_host(entry.ports[i])) continue;
    ports.at(i).error(
        Code::conflicting_fields,
        fmt::format("with several hosts and resolution {} a port must be HTTP or TLS", word(entry.resolution)),
        "make one ServiceEntry for each host");
    return;
  }
}

}  // namespace

Complaint check_service_entry_host(std::string_view text) {
  if (text == "*") return "stands for everything; name what is meant, or use outboundTrafficPolicy";
  return check_host(text);
}

Complaint check_export_to_or_nobody(std::string_view text) {
  return text == "~" ? std::nullopt : check_export_to(text);
}

void check_workload_labels(const Place& place, WorkloadLabels& selector) {
  if (selector.labels.empty()) {
    place.warn(Code::required, "the selector has no labels: it takes every workload of the namespace");
  }
}

void check_service_entry(const Place& place, ServiceEntry& entry) {
  if (place.has("hosts") && entry.hosts.empty()) place.at("hosts").error(Code::required, "hosts is empty");
  check_ports(place, entry);
  check_addresses(place, entry);
  switch (entry.resolution) {
    case ServiceResolution::none:
      check_none(place, entry);
      break;
    case ServiceResolution::fixed:
      check_endpoints(place, entry);
      break;
    case ServiceResolution::dns:
    case ServiceResolution::dns_round_robin:
      check_dns(place, entry);
      check_endpoints(place, entry);
      break;
    case ServiceResolution::dynamic_dns:
      check_dynamic_dns(place, entry);
      break;
  }
  check_several_hosts(place, entry);
  check_export_list(place, entry.export_to);
  const bool hides = std::ranges::find(entry.export_to, "~") != entry.export_to.end();
  if (hides && entry.export_to.size() > 1) {
    place.at("exportTo").error(Code::conflicting_fields, "\"~\" is nobody; it stands alone", "remove the others");
  }
}

}  // namespace weft::api::istio
