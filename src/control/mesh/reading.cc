#include "control/mesh/reading.h"

#include <utility>

#include "api/injection.h"
#include "api/istio/mesh_config_text.h"
#include "base/log.h"
#include "base/strings.h"
#include "control/mesh/endpoint_resolution.h"
#include "model/host_name.h"

namespace weft::control::mesh {
namespace {

std::string annotation(const api::Resource& resource, std::string_view name) {
  auto found = resource.metadata.annotations.find(name);
  return found == resource.metadata.annotations.end() ? std::string() : found->second;
}

ServicePort read_port(const api::kubernetes::ServicePort& port) {
  ServicePort read;
  read.name = port.name;
  read.number = static_cast<uint32_t>(port.port);
  read.target_name = port.target_port.name;
  if (read.target_name.empty()) {
    read.target_number = port.target_port.number != 0 ? static_cast<uint32_t>(port.target_port.number) : read.number;
  }
  read.protocol = protocol_of(
      {.name = port.name, .app_protocol = port.app_protocol, .transport = port.protocol, .number = read.number});
  return read;
}

// A Deployment's pods belong to it directly or through a ReplicaSet, whose name is the Deployment's and a hash.
std::string workload_of(const api::Resource& resource) {
  for (const auto& owner : resource.metadata.owner_references) {
    if (!owner.controller) continue;
    if (owner.kind != "ReplicaSet") return owner.name;
    return owner.name.substr(0, owner.name.rfind('-'));
  }
  return resource.metadata.name;
}

// proxy.istio.io/config holds a ProxyConfig in YAML; one that is wrong says nothing.
std::optional<api::istio::Topology> read_topology(const api::Resource& resource) {
  const auto text = annotation(resource, api::istio::kProxyConfigAnnotation);
  if (text.empty()) return std::nullopt;
  const auto config = api::istio::read_proxy_config(text).value;
  return config ? config->gateway_topology : std::nullopt;
}

// Names of DNS are the same in any case, and with a final dot.
std::string host_behind(const api::kubernetes::Service& spec) {
  if (spec.type != "ExternalName") return {};
  std::string host = to_lower(spec.external_name);
  if (host.ends_with('.')) host.pop_back();
  return host;
}

// Matches name gateways as the object does.
void complete_gateways(std::vector<std::string>& gateways, std::string_view space) {
  for (auto& gateway : gateways) gateway = api::istio::full_gateway_name(gateway, space);
}

// What every kind of Istio's has that is kept with its spec.
template <class Read>
std::shared_ptr<Read> read_istio(const api::Resource& resource) {
  auto read = std::make_shared<Read>();
  read->space = resource.metadata.namespace_name;
  read->spec = *resource.as<decltype(read->spec)>();
  read->age = age_of(resource.metadata);
  return read;
}

template <class Rules>
void complete_match_gateways(Rules& rules, std::string_view space) {
  for (auto& rule : rules) {
    for (auto& match : rule.match) complete_gateways(match.gateways, space);
  }
}

}  // namespace

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

// Istio names a kind in lower case with dashes in its config paths.
Origin origin_of(const api::Resource& resource, std::string_view dashed_kind) {
  const auto& metadata = resource.metadata;
  Origin origin;
  origin.object = resource.title();
  if (!dashed_kind.empty()) {
    origin.config_path = "/apis/networking.istio.io/v1/namespaces/" + metadata.namespace_name + "/" +
                         std::string(dashed_kind) + "/" + metadata.name;
  }
  origin.file = annotation(resource, "weft.dev/file");
  origin.line = annotation(resource, "weft.dev/line");
  return origin;
}

Age age_of(const api::Metadata& metadata) {
  return {metadata.creation_timestamp, metadata.name, metadata.namespace_name};
}

std::string service_host(std::string_view name, std::string_view space) {
  return std::string(name).append(".").append(space).append(".svc.").append(kDomain);
}

// The annotation is Istio's, from before the field, and all that a ServiceEntry has; it ignores case.
Prefers preference_of(const api::Resource& resource, std::string_view said) {
  const std::string text =
      to_lower(said.empty() ? annotation(resource, "networking.istio.io/traffic-distribution") : said);
  if (text == "preferclose" || text == "prefersamezone") return Prefers::same_zone;
  return text == "prefersamenode" ? Prefers::same_node : Prefers::nothing;
}

ServicePtr read_service(const api::Resource& resource) {
  const auto& spec = *resource.as<api::kubernetes::Service>();
  auto service = std::make_shared<Service>();
  service->name = resource.metadata.name;
  service->space = resource.metadata.namespace_name;
  service->host = service_host(service->name, service->space);
  service->alias_of = host_behind(spec);
  service->headless = spec.is_headless();
  if (service->headless) service->resolution = Resolution::dialled;  // the client has chosen the pod by its address
  if (!service->headless && !spec.cluster_ip.empty()) service->addresses.push_back(spec.cluster_ip);
  service->publishes_unready = spec.publish_not_ready_addresses;
  service->prefers = preference_of(resource, spec.traffic_distribution);
  service->selector = spec.selector;
  for (const auto& port : spec.ports) service->ports.push_back(read_port(port));
  auto exported = annotation(resource, "networking.istio.io/exportTo");
  for (auto part : split(exported, ',')) {
    if (!trim(part).empty()) service->export_to.emplace_back(trim(part));
  }
  service->origin = origin_of(resource, {});
  service->age = age_of(resource.metadata);
  return service;
}

PodPtr read_pod(const api::Resource& resource) {
  const auto& spec = *resource.as<api::kubernetes::Pod>();
  auto pod = std::make_shared<Pod>();
  pod->name = resource.metadata.name;
  pod->space = resource.metadata.namespace_name;
  pod->ip = spec.status.pod_ip;
  pod->uid = resource.metadata.uid;
  pod->service_account = spec.spec.service_account_name;
  pod->workload = workload_of(resource);
  pod->labels = resource.metadata.labels;
  pod->ready = spec.is_ready();
  pod->has_sidecar = resource.metadata.annotations.contains(api::kInjectionStatus);
  pod->is_gateway = api::asks_for_gateway(resource.metadata);
  pod->topology = read_topology(resource);
  for (const auto& container : spec.spec.containers) {
    for (const auto& port : container.ports) {
      if (!port.name.empty()) pod->named_ports.emplace(port.name, static_cast<uint32_t>(port.container_port));
    }
  }
  return pod;
}

VirtualServicePtr read_virtual_service(const api::Resource& resource) {
  auto read = read_istio<VirtualService>(resource);
  for (const auto& host : read->spec.hosts) read->hosts.push_back(model::full_host_name(host, read->space, kDomain));
  complete_gateways(read->spec.gateways, read->space);
  complete_match_gateways(read->spec.http, read->space);
  complete_match_gateways(read->spec.tls, read->space);
  complete_match_gateways(read->spec.tcp, read->space);
  read->origin = origin_of(resource, "virtual-service");
  return read;
}

DestinationRulePtr read_destination_rule(const api::Resource& resource) {
  auto read = read_istio<DestinationRule>(resource);
  read->host = model::full_host_name(read->spec.host, read->space, kDomain);
  read->prefers_fast = annotation(resource, "weft.dev/balancing") == "peak-ewma";
  read->origin = origin_of(resource, "destination-rule");
  return read;
}

GatewayPtr read_gateway(const api::Resource& resource) {
  auto read = read_istio<Gateway>(resource);
  read->name = read->space + "/" + resource.metadata.name;
  read->origin = origin_of(resource, "gateway");
  return read;
}

WorkloadEntryPtr read_workload_entry(const api::Resource& resource) {
  auto read = std::make_shared<WorkloadEntry>();
  read->space = resource.metadata.namespace_name;
  read->endpoint = read_endpoint(*resource.as<api::istio::WorkloadEntry>(), read->space);
  read->endpoint.workload = resource.metadata.name;
  return read;
}

SidecarPtr read_sidecar(const api::Resource& resource) {
  auto read = read_istio<Sidecar>(resource);
  read->name = read->space + "/" + resource.metadata.name;
  for (const auto& listener : read->spec.egress) {
    auto& hosts = read->egress_hosts.emplace_back();
    for (const auto& host : listener.hosts) hosts.push_back(api::istio::read_egress_host(host, read->space));
  }
  return read;
}

PeerAuthenticationPtr read_peer_authentication(const api::Resource& resource) {
  const auto& spec = *resource.as<api::istio::PeerAuthentication>();
  auto read = std::make_shared<PeerAuthentication>();
  read->space = resource.metadata.namespace_name;
  read->name = read->space + "/" + resource.metadata.name;
  if (spec.selector) read->selector = spec.selector->match_labels;
  if (spec.mtls) read->mode = spec.mtls->mode;
  for (const auto& [port, mtls] : spec.port_level_mtls) {
    if (const auto number = parse_unsigned(port)) read->ports[static_cast<uint32_t>(*number)] = mtls.mode;
  }
  read->origin = origin_of(resource, {});
  read->age = age_of(resource.metadata);
  return read;
}

RequestAuthenticationPtr read_request_authentication(const api::Resource& resource) {
  auto read = read_istio<RequestAuthentication>(resource);
  if (!read->spec.target_refs.empty() || read->spec.target_ref) return nullptr;
  read->name = read->space + "/" + resource.metadata.name;
  if (read->spec.selector) read->selector = read->spec.selector->match_labels;
  read->needs_expiry = !api::istio::takes_eternal_tokens(resource.metadata.annotations);
  return read;
}

AuthorizationPolicyPtr read_authorization_policy(const api::Resource& resource) {
  auto read = read_istio<AuthorizationPolicy>(resource);
  if (!read->spec.target_refs.empty() || read->spec.target_ref) return nullptr;
  read->name = read->space + "/" + resource.metadata.name;
  if (read->spec.selector) read->selector = read->spec.selector->match_labels;
  read->is_dry_run = api::istio::is_dry_run(resource.metadata.annotations);
  return read;
}

}  // namespace weft::control::mesh
