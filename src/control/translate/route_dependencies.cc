#include "control/translate/route_dependencies.h"

#include "control/mesh/delegates.h"
#include "control/mesh/reading.h"
#include "control/translate/visibility.h"
#include "model/host_name.h"

namespace weft::control::translate {

void add_destinations(const mesh::MeshView& view, const mesh::VirtualService& virtual_service,
                      std::set<std::string>& hosts) {
  auto add = [&](const api::istio::Destination& destination) {
    hosts.insert(model::full_host_name(destination.host, virtual_service.space, mesh::kDomain));
  };
  for (const auto& rule : virtual_service.spec.http) {
    for (const auto& route : rule.route) add(route.destination);
    if (rule.mirror) add(*rule.mirror);
    for (const auto& mirror : rule.mirrors) add(mirror.destination);
    if (!rule.delegate) continue;
    const auto name = mesh::delegate_name(*rule.delegate, virtual_service.space);
    const auto delegate = view.virtual_services().delegate(name, virtual_service.space);
    if (delegate) add_destinations(view, *delegate, hosts);  // which can't delegate further
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
  if (auto found = visible_virtual_service(view, scope, host)) add_destinations(view, *found, hosts);
  return hosts;
}

}  // namespace weft::control::translate
