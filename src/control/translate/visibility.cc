#include "control/translate/visibility.h"

#include <algorithm>

#include "control/translate/names.h"
#include "control/translate/route_dependencies.h"

namespace weft::control::translate {
namespace {

mesh::SidecarPtr sidecar_of(const mesh::MeshView& view, const Scope& scope) {
  return scope.sidecar.empty() ? nullptr : view.sidecars().named(scope.sidecar);
}

bool reaches_one_of(const mesh::Sidecar& sidecar, const mesh::VirtualService& virtual_service) {
  return std::any_of(virtual_service.hosts.begin(), virtual_service.hosts.end(),
                     [&](const auto& host) { return mesh::reaches(sidecar, virtual_service.space, host); });
}

// Routes of hosts that are seen may lead to ones that are not listed: those are seen, too, as in Istio.
bool is_routed_to(const mesh::MeshView& view, const Scope& scope, const mesh::Sidecar& sidecar, std::string_view host) {
  bool found = false;
  view.virtual_services().each_exact_host([&](std::string_view from) {
    if (found) return;
    auto virtual_service = view.virtual_services().find(from, scope.space);
    if (!virtual_service || !reaches_one_of(sidecar, *virtual_service)) return;
    std::set<std::string> destinations;
    add_destinations(view, *virtual_service, destinations);
    found = destinations.contains(std::string(host));
  });
  return found;
}

}  // namespace

mesh::ServicePtr visible_service(const mesh::MeshView& view, const Scope& scope, std::string_view host) {
  auto service = view.services().find(host, scope.space);
  if (!service) return nullptr;
  const auto sidecar = sidecar_of(view, scope);
  if (!sidecar || mesh::reaches(*sidecar, service->space, host)) return service;
  return is_routed_to(view, scope, *sidecar, host) ? service : nullptr;
}

mesh::VirtualServicePtr visible_virtual_service(const mesh::MeshView& view, const Scope& scope, std::string_view host) {
  auto virtual_service = view.virtual_services().find(host, scope.space);
  if (!virtual_service) return nullptr;
  const auto sidecar = sidecar_of(view, scope);
  return !sidecar || reaches_one_of(*sidecar, *virtual_service) ? virtual_service : nullptr;
}

mesh::Resolution resolution_for(const Scope& scope, const mesh::Service& service) {
  const bool is_dialled = service.resolution == mesh::Resolution::dialled;
  return is_dialled && scope.kind == ClientKind::router ? mesh::Resolution::listed : service.resolution;
}

UnknownTraffic unknown_traffic(const mesh::MeshView& view, const Scope& scope) {
  const auto sidecar = sidecar_of(view, scope);
  const bool is_refused =
      sidecar && sidecar->spec.outbound_traffic_policy
          ? sidecar->spec.outbound_traffic_policy->mode == api::istio::OutboundMode::registry_only
          : view.config().outbound_traffic_policy.mode == api::istio::MeshOutboundMode::registry_only;
  return is_refused ? UnknownTraffic::refused : UnknownTraffic::let_through;
}

std::string_view cluster_of_unknown(const mesh::MeshView& view, const Scope& scope) {
  return unknown_traffic(view, scope) == UnknownTraffic::refused ? kBlackHoleCluster : kPassthroughCluster;
}

}  // namespace weft::control::translate
