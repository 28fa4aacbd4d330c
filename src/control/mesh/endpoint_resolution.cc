#include "control/mesh/endpoint_resolution.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "control/mesh/locality.h"

namespace weft::control::mesh {
namespace {

// What an endpoint has of the pod behind it, if that is known.
void take_over(const Pod& pod, Endpoint& endpoint) {
  endpoint.has_sidecar = pod.has_sidecar;
  endpoint.ends_mesh_tls = pod.has_sidecar && !pod.is_gateway && tls_mode_label(pod.labels) != "disabled";
  endpoint.service_account = pod.service_account;
  endpoint.labels = pod.labels;
  endpoint.workload = pod.workload;
}

Endpoint read_listed(const api::kubernetes::SliceEndpoint& listed, std::string_view space, const MeshView& view) {
  Endpoint endpoint;
  endpoint.zone = listed.zone;
  endpoint.hostname = listed.hostname;
  // A pod that is shutting down takes no new requests, whatever its probe says.
  endpoint.ready = listed.is_ready() && !listed.conditions.terminating.value_or(false);
  if (!listed.target || listed.target->kind != "Pod") return endpoint;
  endpoint.pod = listed.target->name;
  endpoint.space = listed.target->namespace_name.empty() ? std::string(space) : listed.target->namespace_name;
  endpoint.workload = endpoint.pod;
  if (auto pod = view.pod(endpoint.space, endpoint.pod)) take_over(*pod, endpoint);
  return endpoint;
}

}  // namespace

void add_endpoints(const api::kubernetes::EndpointSlice& slice, std::string_view space, const MeshView& view,
                   Endpoints& endpoints) {
  if (slice.address_type == "FQDN") return;  // names are nothing to connect to
  for (const auto& listed : slice.endpoints) {
    auto endpoint = read_listed(listed, space, view);
    for (const auto& port : slice.ports) {
      if (port.port) endpoint.ports.emplace(port.name, static_cast<uint32_t>(*port.port));
    }
    for (const auto& address : listed.addresses) {
      endpoint.address = address;
      endpoints.push_back(endpoint);
    }
  }
}

Endpoint read_endpoint(const api::istio::WorkloadEntry& entry, std::string_view space) {
  Endpoint endpoint;
  endpoint.address = entry.address;
  endpoint.space = space;
  endpoint.labels = entry.labels;
  endpoint.service_account = entry.service_account;
  const auto tls_mode = tls_mode_label(entry.labels);
  endpoint.ends_mesh_tls = tls_mode.empty() ? !entry.service_account.empty() : tls_mode == "istio";
  endpoint.weight = entry.weight == 0 ? 1 : entry.weight;
  endpoint.ready = entry.is_healthy() && !entry.address.empty();
  const Locality locality = parse_locality(entry.locality);
  const auto say = [&](std::string_view key, const std::string& part) {
    if (!part.empty()) endpoint.labels.emplace(key, part);
  };
  say(kRegionLabel, locality.region);  // where Istio, too, keeps it
  say(kZoneLabel, locality.zone);
  say(kSubzoneLabel, locality.subzone);
  endpoint.ports.insert(entry.ports.begin(), entry.ports.end());
  return endpoint;
}

Endpoint read_endpoint(const Pod& pod) {
  Endpoint endpoint;
  endpoint.address = pod.ip;
  endpoint.pod = pod.name;
  endpoint.space = pod.space;
  endpoint.ready = pod.ready;
  take_over(pod, endpoint);
  return endpoint;
}

void complete_ports(const Service& service, Endpoint& endpoint) {
  for (const auto& port : service.ports) {
    if (port.target_number != 0) endpoint.ports.emplace(port.name, port.target_number);
  }
}

void sort_endpoints(Endpoints& endpoints) {
  std::sort(endpoints.begin(), endpoints.end(), [](const Endpoint& a, const Endpoint& b) {
    return std::tie(a.address, a.space, a.pod) < std::tie(b.address, b.space, b.pod);
  });
  Endpoints merged;
  for (auto& endpoint : endpoints) {
    if (merged.empty() || merged.back().address != endpoint.address) {
      merged.push_back(std::move(endpoint));
      continue;
    }
    merged.back().ready = merged.back().ready && endpoint.ready;
    merged.back().ports.merge(endpoint.ports);
  }
  endpoints = std::move(merged);
}

}  // namespace weft::control::mesh
