#include "api/registry_references.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/gateway_references.h"
#include "api/istio/gateway.h"
#include "api/istio/sidecar.h"
#include "api/istio/virtual_service.h"
#include "api/reference_finding.h"
#include "base/strings.h"
#include "model/host_name.h"

namespace weft::api {
namespace {

using istio::ServiceEntry;
using istio::ServiceEntryPort;
using istio::Sidecar;

bool is_seen_from(const Resource& resource, const std::vector<std::string>& export_to, std::string_view space) {
  if (export_to.empty()) return true;
  return std::ranges::any_of(export_to, [&](const std::string& to) {
    return to == "*" || to == space || (to == "." && resource.metadata.namespace_name == space);
  });
}

// Whether some namespace sees both: their own ones decide for everything but lists of third namespaces.
bool are_seen_together(const Resource& a, const Resource& b) {
  const auto& exports_a = a.as<ServiceEntry>()->export_to;
  const auto& exports_b = b.as<ServiceEntry>()->export_to;
  const auto both_see = [&](const std::string& space) {
    return space != "~" && is_seen_from(a, exports_a, space) && is_seen_from(b, exports_b, space);
  };
  return both_see(a.metadata.namespace_name) || both_see(b.metadata.namespace_name) ||
         std::ranges::any_of(exports_a, both_see);
}

// A port of `other` with the number of `port` that speaks something else; nullptr when there is none.
const ServiceEntryPort* clash_with(const ServiceEntryPort& port, const ServiceEntry& other) {
  for (const auto& theirs : other.ports) {
    if (theirs.number == port.number && !equal_ignoring_case(theirs.protocol, port.protocol)) return &theirs;
  }
  return nullptr;
}

bool share_a_host(const ServiceEntry& a, const ServiceEntry& b) {
  return std::ranges::any_of(a.hosts,
                             [&](const auto& host) { return std::ranges::find(b.hosts, host) != b.hosts.end(); });
}

// Of one host and port there is one listener: the older object says what it speaks (IST0177).
void check_protocols(const Resource& resource, const ReferenceScene& scene, Findings& findings) {
  const auto& entry = *resource.as<ServiceEntry>();
  for (const Resource* other : scene.all) {
    const auto* theirs = other->as<ServiceEntry>();
    if (theirs == nullptr || other == &resource || !share_a_host(entry, *theirs)) continue;
    for (size_t i = 0; i < entry.ports.size(); ++i) {
      const auto* clash = clash_with(entry.ports[i], *theirs);
      if (clash == nullptr || !are_seen_together(resource, *other)) continue;
      findings.push_back(finding_at(
          resource, fmt::format("spec.ports[{}].protocol", i), Severity::warning, Code::conflicting_protocols,
          fmt::format("port {} of the same host is {} in {}", entry.ports[i].number,
                      clash->protocol.empty() ? "not declared" : clash->protocol, name_with_place(*other))));
      findings.back().hint = "the older of the two decides";
    }
  }
}

// Opaque connections say nothing of hosts: without an address the port alone would decide (IST0134).
void check_opaque_ports(const Resource& resource, Findings& findings) {
  const auto& entry = *resource.as<ServiceEntry>();
  if (!entry.addresses.empty() || !hosts_to_allocate(entry, resource.metadata.labels).empty()) return;
  for (size_t i = 0; i < entry.ports.size(); ++i) {
    const auto& port = entry.ports[i];
    if (!port.protocol.empty() && !equal_ignoring_case(port.protocol, "TCP")) continue;
    findings.push_back(finding_at(
        resource, fmt::format("spec.ports[{}]", i), Severity::warning, Code::required,
        fmt::format("port {} has no address and may be opaque: it takes every connection to that port", port.number)));
    findings.back().hint = "set addresses, or a protocol that names its host (HTTP, TLS)";
  }
}

const model::Labels& selector_of(const Sidecar& sidecar) {
  static const model::Labels kEveryone;
  return sidecar.workload_selector ? sidecar.workload_selector->labels : kEveryone;
}

// Of several Sidecars for one workload the oldest holds (IST0110, IST0111).
void check_other_sidecars(const Resource& resource, const ReferenceScene& scene, Findings& findings) {
  const auto& selector = selector_of(*resource.as<Sidecar>());
  for (const Resource* other : scene.all) {
    const auto* theirs = other->as<Sidecar>();
    if (theirs == nullptr || other == &resource) continue;
    if (other->metadata.namespace_name != resource.metadata.namespace_name) continue;
    const auto& their_selector = selector_of(*theirs);
    if (selector.empty() != their_selector.empty()) continue;  // the one with a selector comes first
    const bool clash =
        selector.empty() || selects_any(scene, resource.metadata.namespace_name, selector, their_selector);
    if (!clash) continue;
    findings.push_back(finding_at(resource, "spec.workloadSelector", Severity::warning, Code::conflicting_sidecars,
                                  fmt::format("{} is for the same workloads", name_with_place(*other))));
    findings.back().hint = "the older of the two holds; make one of them";
  }
}

void check_egress_hosts(const Resource& resource, const ReferenceScene& scene, Findings& findings) {
  const auto& sidecar = *resource.as<Sidecar>();
  for (size_t i = 0; i < sidecar.egress.size(); ++i) {
    const auto& hosts = sidecar.egress[i].hosts;
    for (size_t j = 0; j < hosts.size(); ++j) {
      const auto host = istio::read_egress_host(hosts[j], resource.metadata.namespace_name);
      if (host.excludes || host.space == "~" || host.name.starts_with('*') || scene.has_host(host.name)) continue;
      findings.push_back(finding_at(resource, fmt::format("spec.egress[{}].hosts[{}]", i, j), Severity::warning,
                                    Code::unknown_host, fmt::format("no service {} is known", host.name)));
    }
  }
}

const Resource* find_gateway(const ReferenceScene& scene, std::string_view full_name) {
  const auto found = std::ranges::find_if(scene.all, [&](const Resource* resource) {
    return resource->as<istio::Gateway>() != nullptr &&
           fmt::format("{}/{}", resource->metadata.namespace_name, resource->metadata.name) == full_name;
  });
  return found == scene.all.end() ? nullptr : *found;
}

bool overlap(std::string_view a, std::string_view b) {
  return model::host_matches(a, b) || model::host_matches(b, a);
}

// Whether some server takes a host of the VirtualService: by name, and by namespace.
bool serves_some_host(const Resource& gateway, const Resource& virtual_service) {
  const std::string& space = virtual_service.metadata.namespace_name;
  for (const auto& server : gateway.as<istio::Gateway>()->servers) {
    for (const std::string& written : server.hosts) {
      const auto served = istio::read_gateway_host(written, gateway.metadata.namespace_name);
      if (!served.space.empty() && served.space != "*" && served.space != space) continue;
      for (const auto& host : virtual_service.as<istio::VirtualService>()->hosts) {
        if (overlap(served.name, model::full_host_name(host, space))) return true;
      }
    }
  }
  return false;
}

}  // namespace

bool selects_any(const ReferenceScene& scene, std::string_view space, const model::Labels& one,
                 const model::Labels& other) {
  return std::ranges::any_of(scene.all, [&](const Resource* workload) {
    const auto* labels = workload_labels(*workload);
    return labels != nullptr && workload->metadata.namespace_name == space && model::selects(one, *labels) &&
           model::selects(other, *labels);
  });
}

// IST0101 and IST0132.
void check_gateways(const Resource& virtual_service, const ReferenceScene& scene, Findings& findings) {
  const auto& gateways = virtual_service.as<istio::VirtualService>()->gateways;
  for (size_t i = 0; i < gateways.size(); ++i) {
    const auto name = istio::full_gateway_name(gateways[i], virtual_service.metadata.namespace_name);
    if (name == "mesh") continue;
    const auto path = fmt::format("spec.gateways[{}]", i);
    const Resource* gateway = find_gateway(scene, name);
    if (gateway == nullptr) {
      findings.push_back(finding_at(virtual_service, path, Severity::warning, Code::unknown_gateway,
                                    fmt::format("no Gateway {} is known", name)));
      findings.back().hint = "a Gateway of another namespace is written NAMESPACE/NAME";
    } else if (!serves_some_host(*gateway, virtual_service)) {
      findings.push_back(finding_at(virtual_service, path, Severity::warning, Code::host_not_in_gateway,
                                    fmt::format("{} serves none of the hosts", name_with_place(*gateway))));
    }
  }
}

void check_service_entry(const Resource& resource, const ReferenceScene& scene, Findings& findings) {
  check_protocols(resource, scene, findings);
  check_opaque_ports(resource, findings);
}

void check_sidecar(const Resource& resource, const ReferenceScene& scene, Findings& findings) {
  const auto& selector = selector_of(*resource.as<Sidecar>());
  if (!selector.empty() && !selects_any(scene, resource.metadata.namespace_name, selector, {})) {
    findings.push_back(finding_at(resource, "spec.workloadSelector", Severity::warning, Code::no_workload,
                                  "the selector takes no workload that is known"));
  }
  check_other_sidecars(resource, scene, findings);
  check_egress_hosts(resource, scene, findings);
}

}  // namespace weft::api
