#include "control/serve/outbound_world.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "control/translate/name_table.h"
#include "control/translate/outbound_clusters.h"
#include "control/translate/outbound_listeners.h"
#include "control/translate/outbound_routes.h"
#include "control/translate/route_dependencies.h"
#include "control/translate/socket_listeners.h"
#include "control/translate/visibility.h"
#include "model/host_name.h"

namespace weft::control {
namespace {

// Where VirtualServices for hosts in no registry have their routes.
constexpr uint32_t kPortOfUnknownHosts = 80;

}  // namespace

OutboundWorld::OutboundWorld(translate::Scope scope, const mesh::MeshView& view) : scope_(std::move(scope)) {
  mesh::Touched everything;
  everything.hosts.insert("*");
  update(view, everything);
}

ChangeSet OutboundWorld::update(const mesh::MeshView& view, const mesh::Touched& touched) {
  ChangeSet changes;
  auto hosts = hosts_affected(view, touched);
  std::set<uint32_t> ports;
  auto note_ports = [&](const std::string& name) {
    auto found = hosts_.find(name);
    if (found == hosts_.end() || !found->second.service) ports.insert(kPortOfUnknownHosts);
    if (found != hosts_.end()) ports.insert(found->second.shared_ports.begin(), found->second.shared_ports.end());
  };
  for (const auto& name : hosts) {
    note_ports(name);
    update_host(view, name, changes);
    note_ports(name);
  }
  bool names_changed = !hosts.empty();
  for (const auto& name : touched.endpoints) {
    auto service = translate::visible_service(view, scope_, name);
    if (hosts.contains(name) || !service) continue;
    if (service->headless || service->resolves_names()) {
      update_host(view, name, changes);  // its endpoints are listeners and names, or stand in its clusters
      names_changed = true;
    } else {
      update_endpoints(view, name, changes);
    }
  }
  update_ports(view, ports, changes);
  if (!hosts.empty() || touched.sidecars.contains(scope_.sidecar)) update_sockets(view, changes);
  if (names_changed) resources_.put(xds::ResourceType::names, translate::name_table(view, scope_), changes);
  return changes;
}

// The touched hosts, those that a touched wildcard stands for, what they stand for themselves (rules of a name of type
// ExternalName are found on that host's ports), and those whose routes lead to one of these.
OutboundWorld::Names OutboundWorld::hosts_affected(const mesh::MeshView& view, const mesh::Touched& touched) const {
  Names hosts;
  // What the scope's Sidecar says may be about any host.
  if (touched.sidecars.contains(scope_.sidecar)) add_matching(view, "*", hosts);
  for (const auto& pattern : touched.hosts) {
    if (pattern.starts_with('*')) {
      add_matching(view, pattern, hosts);
    } else {
      hosts.insert(pattern);
    }
  }
  Names affected = hosts;
  for (const auto& host : hosts) {
    if (auto target = view.aliases().target_of(host); !target.empty()) affected.insert(std::move(target));
    auto found = routed_from_.find(host);
    if (found != routed_from_.end()) affected.insert(found->second.begin(), found->second.end());
  }
  return affected;
}

void OutboundWorld::add_matching(const mesh::MeshView& view, std::string_view pattern, Names& hosts) const {
  for (const auto& [name, host] : hosts_) {
    if (model::host_matches(pattern, name)) hosts.insert(name);
  }
  view.services().each([&](const mesh::ServicePtr& service) {
    if (model::host_matches(pattern, service->host)) hosts.insert(service->host);
  });
  view.virtual_services().each_exact_host([&](std::string_view name) {
    if (model::host_matches(pattern, name)) hosts.emplace(name);
  });
}

void OutboundWorld::update_host(const mesh::MeshView& view, const std::string& name, ChangeSet& changes) {
  auto& host = hosts_[name];
  host.service = translate::visible_service(view, scope_, name);
  replace(xds::ResourceType::cluster, translate::outbound_clusters(view, scope_, name), host.clusters, changes);
  update_endpoints(view, name, changes);
  update_routing(view, name, changes);
  if (!host.service && host.routed_to.empty()) hosts_.erase(name);
}

void OutboundWorld::update_routing(const mesh::MeshView& view, const std::string& name, ChangeSet& changes) {
  auto& host = hosts_[name];
  std::set<uint32_t> shared_ports;
  translate::Resources routes;
  translate::Resources listeners;
  if (host.service) {
    for (const auto& port : host.service->ports) {
      if (translate::shares_port(view, scope_, *host.service, port)) shared_ports.insert(port.number);
      if (port.protocol != mesh::Protocol::sniffed) continue;
      routes.push_back(translate::sniffed_routes(view, scope_, *host.service, port.number));
    }
    listeners = translate::service_listeners(view, scope_, *host.service);
  }
  replace_listeners(view, name, std::move(listeners), changes);
  replace(xds::ResourceType::routes, routes, host.routes, changes);
  place_in_ports(name, host, std::move(shared_ports));
  for (const auto& destination : host.routed_to) {
    auto from = routed_from_.find(destination);
    from->second.erase(name);
    if (from->second.empty()) routed_from_.erase(from);
  }
  host.routed_to = translate::hosts_behind(view, scope_, name);
  for (const auto& destination : host.routed_to) routed_from_[destination].insert(name);
}

// The host that has a listener, of all that would have it. Null when nobody would.
const std::string* OutboundWorld::owner_of(const std::string& listener) const {
  const auto found = claimants_.find(listener);
  if (found == claimants_.end()) return nullptr;
  const auto owner = std::ranges::min_element(found->second, [&](const auto& a, const auto& b) {
    return translate::comes_before(*hosts_.find(a)->second.service, *hosts_.find(b)->second.service);
  });
  return &*owner;
}

// Services may have one address in common: Entries of several namespaces, headless services of the same pods. Whoever
// comes first has the listener; when it goes, the next one.
void OutboundWorld::replace_listeners(const mesh::MeshView& view, const std::string& name, translate::Resources now,
                                      ChangeSet& changes) {
  auto& host = hosts_[name];
  for (const auto& claim : host.claims) {
    auto& claimants = claimants_[claim];
    claimants.erase(name);
    if (claimants.empty()) claimants_.erase(claim);
  }
  host.claims.clear();
  for (const auto& listener : now) {
    host.claims.insert(listener.name);
    claimants_[listener.name].insert(name);
  }
  std::erase_if(now, [&](const auto& listener) { return *owner_of(listener.name) != name; });
  for (const auto& listener : now) {
    for (const auto& other : claimants_[listener.name]) {
      if (other != name) hosts_[other].listeners.erase(listener.name);
    }
  }
  const Names before = host.listeners;
  replace(xds::ResourceType::listener, now, host.listeners, changes);
  for (const auto& listener : before) {
    const auto* heir = host.listeners.contains(listener) ? nullptr : owner_of(listener);
    if (heir != nullptr) update_routing(view, std::string(*heir), changes);
  }
}

void OutboundWorld::place_in_ports(const std::string& name, Host& host, std::set<uint32_t> ports) {
  for (uint32_t port : host.shared_ports) {
    auto& hosts = hosts_by_port_[port];
    hosts.erase(name);
    if (hosts.empty()) hosts_by_port_.erase(port);
  }
  host.shared_ports = std::move(ports);
  for (uint32_t port : host.shared_ports) hosts_by_port_[port][name] = host.service;
}

void OutboundWorld::update_endpoints(const mesh::MeshView& view, const std::string& name, ChangeSet& changes) {
  replace(xds::ResourceType::endpoints, translate::outbound_endpoints(view, scope_, name), hosts_[name].endpoints,
          changes);
}

void OutboundWorld::update_ports(const mesh::MeshView& view, const std::set<uint32_t>& ports, ChangeSet& changes) {
  for (uint32_t port : ports) {
    std::vector<mesh::ServicePtr> services;
    if (auto found = hosts_by_port_.find(port); found != hosts_by_port_.end()) {
      for (const auto& [name, service] : found->second) services.push_back(service);
    }
    auto listener = translate::port_listener(view, scope_, port, services);
    if (!listener) continue;
    std::string& name = port_listeners_[port];
    if (!name.empty() && (services.empty() || name != listener->name))  // a Sidecar may have moved it
      resources_.erase(xds::ResourceType::listener, name, changes);
    name = listener->name;
    if (services.empty()) {
      port_listeners_.erase(port);
      resources_.erase(xds::ResourceType::routes, std::to_string(port), changes);
      continue;
    }
    resources_.put(xds::ResourceType::listener, *listener, changes);
    resources_.put(xds::ResourceType::routes, translate::port_routes(view, scope_, port, services), changes);
  }
}

// A listener at a socket file is about every host that it takes in.
void OutboundWorld::update_sockets(const mesh::MeshView& view, ChangeSet& changes) {
  const auto sidecar = translate::sidecar_of(view, scope_);
  const bool has_sockets = sidecar && !mesh::egress_sockets(*sidecar).empty();
  if (!has_sockets && socket_listeners_.empty()) return;
  std::vector<mesh::ServicePtr> services;
  for (const auto& [name, host] : hosts_) {
    if (host.service) services.push_back(host.service);
  }
  replace(xds::ResourceType::listener, translate::socket_listeners(view, scope_, services), socket_listeners_, changes);
  replace(xds::ResourceType::routes, translate::socket_routes(view, scope_, services), socket_routes_, changes);
}

void OutboundWorld::replace(xds::ResourceType type, const translate::Resources& now, Names& names, ChangeSet& changes) {
  Names kept;
  for (const auto& encoded : now) {
    resources_.put(type, encoded, changes);
    kept.insert(encoded.name);
    names.erase(encoded.name);
  }
  for (const auto& gone : names) resources_.erase(type, gone, changes);
  names = std::move(kept);
}

}  // namespace weft::control
