#include "control/serve/proxy_world.h"

#include <algorithm>
#include <utility>

#include "control/translate/gateway.h"
#include "control/translate/inbound.h"
#include "control/translate/outbound_listeners.h"
#include "control/translate/outbound_routes.h"
#include "control/translate/passthrough_clusters.h"
#include "model/host_name.h"

namespace weft::control {

using translate::ClientKind;
using xds::ResourceType;

std::shared_ptr<OutboundWorld> OutboundWorlds::get(const translate::Scope& scope, const mesh::MeshView& view) {
  auto& known = worlds_[scope];
  auto world = known.lock();
  if (!world) {
    world = std::make_shared<OutboundWorld>(scope, view);
    known = world;
  }
  return world;
}

std::map<const OutboundWorld*, ChangeSet> OutboundWorlds::update(const mesh::MeshView& view,
                                                                 const mesh::Touched& touched) {
  std::map<const OutboundWorld*, ChangeSet> changes;
  std::erase_if(worlds_, [](const auto& entry) { return entry.second.expired(); });
  for (auto& [scope, known] : worlds_) {
    if (auto world = known.lock()) changes.emplace(world.get(), world->update(view, touched));
  }
  return changes;
}

ProxyWorld::ProxyWorld(translate::Client client, OutboundWorlds& worlds, const mesh::MeshView& view)
    : client_(std::move(client)),
      worlds_(&worlds),
      scope_(translate::scope_of(client_, view)),
      outbound_(worlds.get(scope_, view)) {
  rebuild_own(view);
}

ChangeSet ProxyWorld::update(const mesh::MeshView& view, const mesh::Touched& touched,
                             const std::map<const OutboundWorld*, ChangeSet>& shared_changes) {
  ChangeSet changes;
  if (auto found = shared_changes.find(outbound_.get()); found != shared_changes.end()) {
    for (auto type : xds::kPushOrder) {
      if (shares(type)) changes.of(type) = found->second.of(type);
    }
  }
  auto scope = translate::scope_of(client_, view);
  if (scope != scope_) {
    auto moved = worlds_->get(scope, view);
    ResourceMaps::compare(outbound_->resources(), moved->resources(), changes);
    outbound_ = std::move(moved);
    scope_ = std::move(scope);
  }
  if (concerns_own(touched)) {
    auto own = rebuild_own(view);
    for (auto type : xds::kPushOrder) changes.of(type).merge(own.of(type));
  }
  return changes;
}

// A sidecar's own part follows from its pod and the services of its namespace; a gateway's also from the Gateways and
// from the hosts that its routes lead to, or that are exposed.
bool ProxyWorld::concerns_own(const mesh::Touched& touched) const {
  if (touched.client_labels || !touched.sidecars.empty() || touched.pods.contains(client_.space + "/" + client_.pod))
    return true;
  if (touched.policy_spaces.contains("*") || touched.policy_spaces.contains(client_.space)) return true;
  const bool is_router = client_.kind == ClientKind::router;
  if (is_router && touched.gateways) return true;
  // What is exposed also depends on the pods behind it.
  if (!client_.exposed.empty() && (!touched.hosts.empty() || !touched.endpoints.empty())) return true;
  auto suffix = "." + client_.space + ".svc.";
  for (const auto& host : touched.hosts) {
    if (host.starts_with('*') || host.find(suffix) != std::string::npos) return true;
    if (is_router && is_behind_gateway(host)) return true;
  }
  return false;
}

bool ProxyWorld::is_behind_gateway(std::string_view touched_host) const {
  return std::any_of(hosts_behind_.begin(), hosts_behind_.end(),
                     [&](const auto& host) { return model::host_matches(host, touched_host); });
}

// A gateway takes no captured connections and answers no names.
bool ProxyWorld::shares(ResourceType type) const {
  if (client_.kind == ClientKind::sidecar) return true;
  return type == ResourceType::cluster || type == ResourceType::endpoints;
}

ChangeSet ProxyWorld::rebuild_own(const mesh::MeshView& view) {
  ChangeSet fresh;  // everything, as seen from nothing
  ResourceMaps own;
  for (const auto& cluster : translate::passthrough_clusters()) own.put(ResourceType::cluster, cluster, fresh);
  if (client_.kind == ClientKind::sidecar) {
    add_sidecar(view, own, fresh);
  } else {
    add_exposed(view, own, fresh);
    add_gateway(view, own, fresh);
  }
  ChangeSet changes;
  ResourceMaps::compare(own_, own, changes);
  own_ = std::move(own);
  return changes;
}

void ProxyWorld::add_sidecar(const mesh::MeshView& view, ResourceMaps& own, ChangeSet& changes) const {
  auto ports = translate::inbound_ports(view, client_);
  own.put(ResourceType::listener, translate::capture_listener(view, scope_), changes);
  own.put(ResourceType::listener, translate::inbound_listener(view, client_, ports), changes);
  for (const auto& listener : translate::bound_inbound_listeners(view, client_, ports))
    own.put(ResourceType::listener, listener, changes);
  for (const auto& cluster : translate::inbound_clusters(view, client_, ports)) {
    own.put(ResourceType::cluster, cluster, changes);
  }
}

void ProxyWorld::add_exposed(const mesh::MeshView& view, ResourceMaps& own, ChangeSet& changes) const {
  for (const auto& expose : client_.exposed) {
    own.put(ResourceType::listener, translate::exposed_listener(view, scope_, expose), changes);
    own.put(ResourceType::routes, translate::exposed_routes(view, scope_, expose), changes);
  }
}

void ProxyWorld::add_gateway(const mesh::MeshView& view, ResourceMaps& own, ChangeSet& changes) {
  auto gateway = translate::gateway_of(view, client_);
  auto put = [&](ResourceType type, const translate::Resources& resources) {
    for (const auto& resource : resources) own.put(type, resource, changes);
  };
  put(ResourceType::cluster, translate::gateway_clusters(view, scope_, gateway));
  put(ResourceType::listener, translate::gateway_listeners(view, client_, scope_, gateway));
  put(ResourceType::routes, translate::gateway_routes(view, scope_, gateway));
  hosts_behind_ = translate::hosts_behind_gateway(view, scope_, gateway);
}

void ProxyWorld::expect_routes(const std::vector<std::string>& names) {
  for (const auto& name : names) {
    if (find(ResourceType::routes, name)) continue;
    empty_routes_[name] = xds::make_resource(name, translate::empty_routes(name).bytes);
  }
}

xds::ResourcePtr ProxyWorld::find(ResourceType type, std::string_view name) const {
  if (type == ResourceType::secret) return find_secret_ ? find_secret_(name) : nullptr;
  if (auto found = own_.find(type, name)) return found;
  if (auto found = shares(type) ? outbound_->resources().find(type, name) : nullptr) return found;
  if (type != ResourceType::routes) return nullptr;
  auto found = empty_routes_.find(name);
  return found == empty_routes_.end() ? nullptr : found->second;
}

void ProxyWorld::each(ResourceType type, const std::function<void(const xds::ResourcePtr&)>& visit) const {
  for (const auto& [name, resource] : own_.of(type)) visit(resource);
  if (!shares(type)) return;
  for (const auto& [name, resource] : outbound_->resources().of(type)) visit(resource);
}

}  // namespace weft::control
