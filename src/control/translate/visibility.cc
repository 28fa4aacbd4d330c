#include "control/translate/visibility.h"

#include <algorithm>

#include "control/translate/names.h"

namespace weft::control::translate {
namespace {

using Reaches = bool (*)(const mesh::Sidecar& sidecar, std::string_view space, std::string_view host);

bool reaches_one_of(const mesh::Sidecar& sidecar, const mesh::VirtualService& virtual_service,
                    Reaches reaches = mesh::reaches) {
  return std::any_of(virtual_service.hosts.begin(), virtual_service.hosts.end(),
                     [&](const auto& host) { return reaches(sidecar, virtual_service.space, host); });
}

// Routes of hosts that are seen may lead to ones that are not listed: those are seen, too, as in Istio.
bool is_routed_to(const mesh::MeshView& view, const Scope& scope, const mesh::Sidecar& sidecar, std::string_view host,
                  Reaches reaches = mesh::reaches) {
  bool found = false;
  const auto note = [&](const mesh::VirtualServicePtr& leading) {
    if (found || !reaches_one_of(sidecar, *leading, reaches)) return;
    found = std::any_of(leading->hosts.begin(), leading->hosts.end(),
                        [&](const auto& from) { return view.virtual_services().find(from, scope.space) == leading; });
  };
  view.virtual_services().each_leading_to(host, note);
  for (const auto& alias : view.aliases().of(host)) view.virtual_services().each_leading_to(alias->host, note);
  return found;
}

// The service with the ports that the Sidecar's listeners let be seen; null when that is none.
mesh::ServicePtr seen_through(const mesh::Sidecar& sidecar, const mesh::ServicePtr& service) {
  if (service->ports.empty()) return mesh::reaches(sidecar, service->space, service->host) ? service : nullptr;
  const auto is_at_socket = [&](const mesh::EgressSocket& socket) {
    return mesh::is_among(sidecar.egress_hosts[socket.listener], service->space, service->host);
  };
  if (std::ranges::any_of(mesh::egress_sockets(sidecar), is_at_socket)) return service;
  const auto is_hidden = [&](const mesh::ServicePort& port) {
    return !mesh::reaches(sidecar, service->space, service->host, port.number);
  };
  const auto hidden = std::count_if(service->ports.begin(), service->ports.end(), is_hidden);
  if (hidden == 0) return service;
  if (hidden == std::ssize(service->ports)) return nullptr;
  auto seen = std::make_shared<mesh::Service>(*service);
  std::erase_if(seen->ports, is_hidden);
  return seen;
}

}  // namespace

mesh::SidecarPtr sidecar_of(const mesh::MeshView& view, const Scope& scope) {
  return scope.sidecar.empty() ? nullptr : view.sidecars().named(scope.sidecar);
}

bool is_dialled(const mesh::MeshView& view, const Scope& scope, const mesh::Service& service, uint32_t port) {
  const auto sidecar = sidecar_of(view, scope);
  if (!sidecar || mesh::egress_sockets(*sidecar).empty()) return true;
  return mesh::reaches(*sidecar, service.space, service.host, port) ||
         is_routed_to(view, scope, *sidecar, service.host, mesh::reaches_by_address);
}

mesh::ServicePtr visible_service(const mesh::MeshView& view, const Scope& scope, std::string_view host) {
  auto service = view.services().find(host, scope.space);
  if (!service) return nullptr;
  const auto sidecar = sidecar_of(view, scope);
  if (!sidecar) return service;
  auto seen = seen_through(*sidecar, service);
  return seen == service || !is_routed_to(view, scope, *sidecar, host) ? seen : service;
}

bool is_visible_alias(const mesh::MeshView& view, const Scope& scope, const mesh::Service& alias) {
  if (!view.aliases().is_exported_to(alias, scope.space)) return false;
  const auto sidecar = sidecar_of(view, scope);
  return !sidecar || mesh::reaches(*sidecar, alias.space, alias.host);
}

std::vector<mesh::ServicePtr> visible_aliases(const mesh::MeshView& view, const Scope& scope, std::string_view host) {
  auto aliases = view.aliases().of(host);
  std::erase_if(aliases, [&](const auto& alias) { return !is_visible_alias(view, scope, *alias); });
  return aliases;
}

mesh::VirtualServicePtr visible_virtual_service(const mesh::MeshView& view, const Scope& scope, std::string_view host) {
  auto virtual_service = view.virtual_services().find(host, scope.space);
  if (!virtual_service) return nullptr;
  const auto sidecar = sidecar_of(view, scope);
  return !sidecar || reaches_one_of(*sidecar, *virtual_service) ? virtual_service : nullptr;
}

std::optional<mesh::EgressPlace> place_of_port(const mesh::MeshView& view, const Scope& scope, uint32_t port) {
  const auto sidecar = sidecar_of(view, scope);
  return sidecar ? mesh::egress_place(*sidecar, port) : std::nullopt;
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
