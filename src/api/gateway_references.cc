#include "api/gateway_references.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/reference_finding.h"

namespace weft::api {
namespace {

std::vector<const Resource*> pods_of(const istio::Gateway& gateway, const ReferenceScene& scene) {
  std::vector<const Resource*> pods;
  for (const Resource* resource : scene.all) {
    const auto* labels = workload_labels(*resource);
    if (labels != nullptr && model::selects(gateway.selector, *labels)) pods.push_back(resource);
  }
  return pods;
}

// The Services that lead to one of the pods.
std::vector<const kubernetes::Service*> services_of(const std::vector<const Resource*>& pods,
                                                    const ReferenceScene& scene) {
  std::vector<const kubernetes::Service*> services;
  for (const Resource* resource : scene.all) {
    const auto* service = resource->as<kubernetes::Service>();
    if (service == nullptr || service->selector.empty()) continue;
    const bool leads_there = std::ranges::any_of(pods, [&](const Resource* pod) {
      return pod->metadata.namespace_name == resource->metadata.namespace_name &&
             model::selects(service->selector, *workload_labels(*pod));
    });
    if (leads_there) services.push_back(service);
  }
  return services;
}

bool has_port(const kubernetes::Service& service, uint32_t number) {
  return std::ranges::any_of(service.ports, [&](const auto& port) {
    return static_cast<uint32_t>(port.port) == number || static_cast<uint32_t>(port.target_port.number) == number;
  });
}

}  // namespace

const model::Labels* workload_labels(const Resource& resource) {
  if (resource.as<kubernetes::Pod>() != nullptr) return &resource.metadata.labels;
  const auto* deployment = resource.as<kubernetes::Deployment>();
  return deployment == nullptr ? nullptr : &deployment->pod_template.metadata.labels;
}

const model::Labels& installed_gateway_labels() {
  static const model::Labels kLabels = {{"app", "istio-ingressgateway"}, {"istio", "ingressgateway"}};
  return kLabels;
}

void check_gateway_workloads(const Resource& resource, const ReferenceScene& scene, Findings& findings) {
  const auto& gateway = *resource.as<istio::Gateway>();
  if (gateway.selector.empty()) return;  // every gateway pod, whichever there are
  const auto pods = pods_of(gateway, scene);
  if (pods.empty() && !model::selects(gateway.selector, installed_gateway_labels())) {
    findings.push_back(finding_at(resource, "spec.selector", Severity::warning, Code::no_workload,
                                  "the selector takes no pod that is known: nobody opens these ports"));
  }
  const auto services = services_of(pods, scene);
  if (services.empty()) return;
  for (size_t i = 0; i < gateway.servers.size(); ++i) {
    const uint32_t number = gateway.servers[i].port.number;
    if (std::ranges::any_of(services, [&](const auto* service) { return has_port(*service, number); })) continue;
    findings.push_back(finding_at(resource, fmt::format("spec.servers[{}].port.number", i), Severity::warning,
                                  Code::port_not_on_service,
                                  fmt::format("no Service of the gateway's pods has port {}", number)));
    findings.back().hint = "clients reach a gateway by its Service: add the port there";
  }
}

}  // namespace weft::api
