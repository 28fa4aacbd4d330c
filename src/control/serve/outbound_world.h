// OutboundWorld: the encoded resources through which clients of one Scope see all services. Made once, shared by these
// clients, and brought up to date by what a change touched.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "control/mesh/mesh_builder.h"
#include "control/serve/resource_maps.h"
#include "control/translate/client.h"

namespace weft::control {

// Control thread. Shared by the sessions of its clients.
class OutboundWorld {
 public:
  OutboundWorld(translate::Scope scope, const mesh::MeshView& view);

  // What changed in it; names of resources with equal bytes are left out.
  ChangeSet update(const mesh::MeshView& view, const mesh::Touched& touched);

  const ResourceMaps& resources() const { return resources_; }

 private:
  // What one host contributes, so that it can be taken back.
  struct Host {
    mesh::ServicePtr service;  // null for a host in no registry
    std::set<std::string> clusters;
    std::set<std::string> endpoints;
    std::set<std::string> claims;     // listeners it would have
    std::set<std::string> listeners;  // those of them that are its own: see replace_listeners()
    std::set<std::string> routes;     // of its sniffed ports
    std::set<uint32_t> shared_ports;  // whose shared listener and routes it is part of
    std::set<std::string> routed_to;  // hosts that its routes lead to
  };
  using Names = std::set<std::string>;

  Names hosts_affected(const mesh::MeshView& view, const mesh::Touched& touched) const;
  void add_matching(const mesh::MeshView& view, std::string_view pattern, Names& hosts) const;
  void update_host(const mesh::MeshView& view, const std::string& name, ChangeSet& changes);
  void update_routing(const mesh::MeshView& view, const std::string& name, ChangeSet& changes);
  void replace_listeners(const mesh::MeshView& view, const std::string& name, translate::Resources now,
                         ChangeSet& changes);
  const std::string* owner_of(const std::string& listener) const;
  void update_endpoints(const mesh::MeshView& view, const std::string& name, ChangeSet& changes);
  void update_ports(const mesh::MeshView& view, const std::set<uint32_t>& ports, ChangeSet& changes);
  void update_sockets(const mesh::MeshView& view, ChangeSet& changes);
  void replace(xds::ResourceType type, const translate::Resources& now, Names& names, ChangeSet& changes);
  void place_in_ports(const std::string& name, Host& host, std::set<uint32_t> ports);

  translate::Scope scope_;
  ResourceMaps resources_;
  std::map<std::string, Host, std::less<>> hosts_;
  std::map<uint32_t, std::map<std::string, mesh::ServicePtr>> hosts_by_port_;
  std::map<uint32_t, std::string> port_listeners_;  // their listeners' names
  std::map<std::string, Names> claimants_;          // the reverse of Host::claims
  Names socket_listeners_;                          // at socket files, and their routes
  Names socket_routes_;
  std::map<std::string, Names, std::less<>> routed_from_;  // the reverse of Host::routed_to
};

}  // namespace weft::control
