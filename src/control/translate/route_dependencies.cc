#include "control/translate/route_dependencies.h"

#include "control/translate/visibility.h"

namespace weft::control::translate {

void add_destinations(const mesh::MeshView& view, const mesh::VirtualService& virtual_service,
                      std::set<std::string>& hosts) {
  hosts.merge(mesh::destinations_of(virtual_service));
  for (const auto& name : mesh::delegates_of(virtual_service)) {
    const auto delegate = view.virtual_services().delegate(name, virtual_service.space);
    if (delegate) hosts.merge(mesh::destinations_of(*delegate));  // which can't delegate further
  }
}

std::set<std::string> hosts_behind(const mesh::MeshView& view, const Scope& scope, std::string_view host) {
  std::set<std::string> hosts;
  if (auto found = visible_virtual_service(view, scope, host)) add_destinations(view, *found, hosts);
  return hosts;
}

}  // namespace weft::control::translate
