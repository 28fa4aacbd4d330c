#include "control/mesh/mesh_view.h"

namespace weft::control::mesh {

ServicePtr MeshView::service(std::string_view host) const {
  const auto* found = services_.find(host);
  return found ? *found : nullptr;
}

void MeshView::each_service(const std::function<void(const ServicePtr&)>& visit) const {
  services_.each([&](const std::string&, const ServicePtr& service) { visit(service); });
}

std::vector<ServicePtr> MeshView::services_selecting(std::string_view space, const model::Labels& labels) const {
  std::vector<ServicePtr> selecting;
  const auto* services = services_by_space_.find(space);
  if (!services) return selecting;
  for (const auto& service : **services) {
    // A Service without a selector has endpoints of its owner's making: it selects no pod.
    if (!service->selector.empty() && model::selects(service->selector, labels)) selecting.push_back(service);
  }
  return selecting;
}

EndpointsPtr MeshView::endpoints(std::string_view host) const {
  if (const auto* found = endpoints_.find(host)) return *found;
  return std::make_shared<const Endpoints>();
}

PodPtr MeshView::pod(std::string_view space, std::string_view name) const {
  const auto* found = pods_.find(std::string(space).append("/").append(name));
  return found ? *found : nullptr;
}

PodPtr MeshView::pod_with_ip(std::string_view ip) const {
  const auto* found = pods_by_ip_.find(ip);
  return found ? *found : nullptr;
}

MergedRulePtr MeshView::destination_rule(const RuleQuery& query) const {
  return destination_rules_.find(query, root_space());
}

}  // namespace weft::control::mesh
