#include "control/translate/route_dependencies.h"

#include "control/mesh/reading.h"
#include "model/host_name.h"

namespace weft::control::translate {

std::set<std::string> hosts_behind(const mesh::MeshView& view, const Scope& scope, std::string_view host) {
  std::set<std::string> hosts;
  auto virtual_service = view.virtual_services().find(host, scope.space);
  if (!virtual_service) return hosts;
  auto add = [&](const api::istio::Destination& destination) {
    hosts.insert(model::full_host_name(destination.host, virtual_service->space, mesh::kDomain));
  };
  for (const auto& rule : virtual_service->spec.http) {
    for (const auto& route : rule.route) add(route.destination);
    if (rule.mirror) add(*rule.mirror);
    for (const auto& mirror : rule.mirrors) add(mirror.destination);
  }
  for (const auto& rule : virtual_service->spec.tcp) {
    for (const auto& route : rule.route) add(route.destination);
  }
  return hosts;
}

}  // namespace weft::control::translate
