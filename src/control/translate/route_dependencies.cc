#include "control/translate/route_dependencies.h"

#include "control/translate/visibility.h"

namespace weft::control::translate {
namespace {

// What an ExternalName Service stands for is what the routes depend on.
void add_targets(const mesh::MeshView& view, const mesh::VirtualService& virtual_service,
                 std::set<std::string>& hosts) {
  for (const auto& named : mesh::destinations_of(virtual_service)) {
    auto target = view.aliases().target_of(named);
    hosts.insert(target.empty() ? named : std::move(target));
  }
}

}  // namespace

void add_destinations(const mesh::MeshView& view, const mesh::VirtualService& virtual_service,
                      std::set<std::string>& hosts) {
  add_targets(view, virtual_service, hosts);
  for (const auto& name : mesh::delegates_of(virtual_service)) {
    const auto delegate = view.virtual_services().delegate(name, virtual_service.space);
    if (delegate) add_targets(view, *delegate, hosts);  // which can't delegate further
  }
}

std::set<std::string> hosts_behind(const mesh::MeshView& view, const Scope& scope, std::string_view host) {
  std::set<std::string> hosts;
  if (auto found = visible_virtual_service(view, scope, host)) add_destinations(view, *found, hosts);
  return hosts;
}

}  // namespace weft::control::translate
