#include "cli/input/ingress_gateway.h"

#include <algorithm>
#include <map>

#include "api/gateway_references.h"
#include "api/injection.h"
#include "base/strings.h"

namespace weft::cli {
namespace {

using api::Json;
using api::Resource;

constexpr std::string_view kSpace = "istio-system";
constexpr std::string_view kName = "istio-ingressgateway";
// Tells this gateway from one that a user has written under the same name.
constexpr char kManager[] = "app.kubernetes.io/managed-by";
constexpr char kManagerName[] = "weft";
// Kubernetes' pods get no port below 1024 by themselves; Istio's gateway has these in place of the two usual ones.
constexpr std::pair<uint32_t, uint32_t> kUnprivileged[] = {{80, 8080}, {443, 8443}};

// Its Deployment and its pods.
bool is_own(const Resource& resource) {
  const auto& labels = resource.metadata.labels;
  const auto manager = labels.find(kManager);
  return manager != labels.end() && manager->second == kManagerName && resource.metadata.name.starts_with(kName);
}

// Every object there will be, those of the manifests in place of older ones.
std::vector<Resource> everything(const Manifests& manifests, const std::vector<Json>& known) {
  std::vector<Resource> all = manifests.resources;
  for (const auto& object : known) {
    auto checked = api::check(object, {.strictness = api::Strictness::ignore});
    if (!checked.resource) continue;
    const bool is_replaced = std::ranges::any_of(
        manifests.resources, [&](const auto& resource) { return resource.title() == checked.resource->title(); });
    if (!is_replaced) all.push_back(*std::move(checked.resource));
  }
  return all;
}

// The Gateways that ask for this gateway's labels and find no pods.
std::vector<const api::istio::Gateway*> unserved(const std::vector<Resource>& all) {
  std::vector<const api::istio::Gateway*> gateways;
  for (const auto& resource : all) {
    const auto* gateway = resource.as<api::istio::Gateway>();
    if (!gateway || gateway->selector.empty() || !model::selects(gateway->selector, api::installed_gateway_labels()))
      continue;
    const bool is_served = std::ranges::any_of(all, [&](const auto& workload) {
      const auto* labels = api::workload_labels(workload);
      return labels && !is_own(workload) && model::selects(gateway->selector, *labels);
    });
    if (!is_served) gateways.push_back(gateway);
  }
  return gateways;
}

uint32_t port_in_pod(uint32_t number) {
  for (const auto& [privileged, port] : kUnprivileged) {
    if (number == privileged) return port;
  }
  return number;
}

// By number; the first server names a port after its protocol.
Json service_ports(const std::vector<const api::istio::Gateway*>& gateways) {
  std::map<uint32_t, std::string> names;
  for (const auto* gateway : gateways) {
    for (const auto& server : gateway->servers) {
      const uint32_t number = server.port.number;
      if (number != 0) names.emplace(number, to_lower(server.port.protocol) + "-" + std::to_string(number));
    }
  }
  Json ports = Json::array();
  for (const auto& [number, name] : names) {
    ports.push_back({{"name", name}, {"port", number}, {"targetPort", port_in_pod(number)}});
  }
  return ports;
}

Json metadata() {
  Json labels = api::installed_gateway_labels();
  labels[kManager] = kManagerName;
  return {{"name", kName}, {"namespace", kSpace}, {"labels", std::move(labels)}};
}

Json deployment() {
  Json labels = api::installed_gateway_labels();
  labels["sidecar.istio.io/inject"] = "true";
  labels[kManager] = kManagerName;
  const Json container = {{"name", api::kProxyContainer}, {"image", "auto"}};
  return {{"apiVersion", "apps/v1"},
          {"kind", "Deployment"},
          {"metadata", metadata()},
          {"spec",
           {{"selector", {{"matchLabels", api::installed_gateway_labels()}}},
            {"template",
             {{"metadata", {{"labels", labels}, {"annotations", {{"inject.istio.io/templates", "gateway"}}}}},
              {"spec", {{"containers", Json::array({container})}}}}}}}};
}

Json service(Json ports) {
  return {{"apiVersion", "v1"},
          {"kind", "Service"},
          {"metadata", metadata()},
          {"spec", {{"selector", api::installed_gateway_labels()}, {"ports", std::move(ports)}}}};
}

}  // namespace

std::vector<Resource> ingress_gateway(const Manifests& manifests, const std::vector<Json>& known) {
  const auto all = everything(manifests, known);
  const auto gateways = unserved(all);
  std::vector<Resource> resources;
  if (gateways.empty()) return resources;
  for (const auto& object : {service(service_ports(gateways)), deployment()}) {
    auto checked = api::check(object, {});
    if (checked.resource) resources.push_back(*std::move(checked.resource));
  }
  return resources;
}

void add_ingress_gateway(Manifests& manifests, const std::vector<Json>& known) {
  for (auto& resource : ingress_gateway(manifests, known)) {
    const bool is_there =
        std::ranges::any_of(manifests.resources, [&](const auto& other) { return other.title() == resource.title(); });
    if (!is_there) manifests.resources.push_back(std::move(resource));
  }
}

}  // namespace weft::cli
