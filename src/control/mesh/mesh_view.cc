#include "control/mesh/mesh_view.h"

namespace weft::control::mesh {

std::string endpoints_key(std::string_view space, std::string_view host) {
  return std::string(space).append("/").append(host);
}

EndpointsPtr MeshView::endpoints(std::string_view space, std::string_view host) const {
  if (const auto* found = endpoints_.find(endpoints_key(space, host))) return *found;
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

IngressPtr MeshView::ingress_of(std::string_view space, std::string_view pod) const {
  const auto* found = ingress_.find(std::string(space).append("/").append(pod));
  return found ? *found : nullptr;
}

MergedRulePtr MeshView::destination_rule(const RuleQuery& query) const {
  return destination_rules_.find(query, root_space());
}

}  // namespace weft::control::mesh
