#include "control/translate/route_dependencies.h"

#include "control/mesh/reading.h"
#include "model/host_name.h"

namespace weft::control::translate {

void add_destinations(const mesh::VirtualService& virtual_service, std::set<std::string>& hosts) {
  auto add = [&](const api::istio::Destination& destination) {
    hosts.insert(model::full_host_name(destination.host, virtual_service.space, mesh::kDomain));
  };
  for (const auto& rule : virtual_service.spec.http) {
    for (const auto& route : rule.route) add(route.destination);
    if (rule.mirror) add(*rule.mirror);
    for (const auto& mirror : rule.mirrors) add(mirror.destination);
  }
  for (const auto& rule : virtual_service.spec.tls) {
    for (const auto& route : rule.route) add(route.destination);
  }
  for (const auto& rule : virtual_service.spec.tcp) {
    for (const auto& route : rule.route) add(route.destination);
  }
}

std::set<std::string> hosts_behind(const mesh::MeshView& view, const Scope& scope, std::string_view host) {
  std::set<std::string> hosts;
  if (auto found = view.virtual_services().find(host, scope.space)) add_destinations(*found, hosts);
  return hosts;
}

}  // namespace weft::control::translate
