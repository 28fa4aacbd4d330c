// ServiceEntry (networking.istio.io), every field of Istio's: services that the mesh knows besides Kubernetes' own.
// Plain values; an empty text, zero or empty list is Istio's "unset".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/istio/workload_entry.h"
#include "model/labels.h"

namespace weft::api::istio {

// Workloads by labels: Pods and WorkloadEntries of the object's own namespace.
struct WorkloadLabels {
  model::Labels labels;

  static const FieldTable& fields();
};

// A port of the service. No protocol: the proxy finds out.
struct ServiceEntryPort {
  uint32_t number = 0;
  std::string protocol;
  std::string name;
  uint32_t target_port = 0;  // 0: number

  static const FieldTable& fields();
};

enum class ServiceLocation : uint8_t { mesh_external, mesh_internal };

// Where connections go: `none` to the address that was dialled, `fixed` to the endpoints as they are, `dns` to all
// addresses of a name, `dns_round_robin` to its first one, `dynamic_dns` to the name that each request asks for.
enum class ServiceResolution : uint8_t { none, fixed, dns, dns_round_robin, dynamic_dns };

// An address that was allocated for a host without one.
struct AllocatedAddress {
  std::string value;
  std::string host;

  static const FieldTable& fields();
};

// What the control plane says about the object.
struct ServiceEntryStatus {
  std::vector<AllocatedAddress> addresses;

  static const FieldTable& fields();
};

// The spec, with the status beside it. `endpoints` and `workload_selector` exclude each other.
struct ServiceEntry {
  using Status = ServiceEntryStatus;

  std::vector<std::string> hosts;
  std::vector<std::string> addresses;  // IP addresses; subnets only with `none` and `fixed`
  std::vector<ServiceEntryPort> ports;
  ServiceLocation location = ServiceLocation::mesh_external;
  ServiceResolution resolution = ServiceResolution::none;
  std::vector<WorkloadEntry> endpoints;
  std::optional<WorkloadLabels> workload_selector;
  std::vector<std::string> export_to;
  std::vector<std::string> subject_alt_names;
  Status status;

  bool resolves_names() const {
    return resolution == ServiceResolution::dns || resolution == ServiceResolution::dns_round_robin;
  }

  static const FieldTable& fields();
};

// "false" opts out of an address from 240.240.0.0/16.
inline constexpr std::string_view kAllocateLabel = "networking.istio.io/enable-autoallocate-ip";

// The hosts of an entry that get an address of their own: none when it brings addresses, opts out, or would not be
// found by one.
std::vector<std::string> hosts_to_allocate(const ServiceEntry& entry, const model::Labels& labels);

}  // namespace weft::api::istio
