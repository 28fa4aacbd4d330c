#include "control/translate/cluster/effective_policy.h"
#include "control/translate/encode.h"
#include "control/translate/load_assignment.h"
#include "control/translate/outbound_clusters.h"
#include "control/translate/visibility.h"

namespace weft::control::translate {

Resources outbound_endpoints(const mesh::MeshView& view, const Scope& scope, std::string_view host) {
  Resources assignments;
  auto service = visible_service(view, scope, host);
  if (!service || resolution_for(scope, *service) != mesh::Resolution::listed) return assignments;
  auto rule = view.destination_rule({scope.space, scope.labels, service->host, service->space});
  auto endpoints = view.endpoints(service->space, service->host);
  const auto add = [&](const mesh::ServicePort& port, const api::istio::Subset* subset) {
    auto policy = effective_policy(view.config(), rule.get(), subset, port.number);
    policy.prefers = service->prefers;
    const auto assignment = load_assignment({view, *service, port, subset}, *endpoints, multiplex_of(port, policy),
                                            Nearness(policy, scope.labels));
    assignments.push_back(encode(assignment.cluster_name(), assignment));
  };
  for (const auto& port : service->ports) {
    if (port.protocol == mesh::Protocol::udp) continue;
    add(port, nullptr);
    if (!rule) continue;
    for (const auto& subset : rule->subsets) add(port, subset.subset);
  }
  return assignments;
}

}  // namespace weft::control::translate
