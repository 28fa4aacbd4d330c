// ProxyWorld: everything one proxy may see: what it shares with other clients of its Scope, and its own listeners,
// inbound clusters, or what it opens as a gateway.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "control/serve/outbound_world.h"
#include "control/serve/resource_maps.h"
#include "control/translate/client.h"
#include "xds/server/resource.h"

namespace weft::control {

// The OutboundWorlds in use, one per Scope. Control thread.
class OutboundWorlds {
 public:
  // Made when first asked for, dropped when nobody holds it any more.
  std::shared_ptr<OutboundWorld> get(const translate::Scope& scope, const mesh::MeshView& view);

  // Brings all of them up to date and tells, by world, what changed.
  std::map<const OutboundWorld*, ChangeSet> update(const mesh::MeshView& view, const mesh::Touched& touched);

  size_t size() const { return worlds_.size(); }

 private:
  std::map<translate::Scope, std::weak_ptr<OutboundWorld>> worlds_;
};

// See the head of this file. Owned by the proxy's session.
class ProxyWorld final : public xds::World {
 public:
  ProxyWorld(translate::Client client, OutboundWorlds& worlds, const mesh::MeshView& view);

  // After the shared worlds were updated: brings the proxy's own part up to date, moves to another Scope if the proxy's
  // labels say so, and tells what changed for the proxy.
  ChangeSet update(const mesh::MeshView& view, const mesh::Touched& touched,
                   const std::map<const OutboundWorld*, ChangeSet>& shared_changes);

  // The proxy asks for these route configurations: what is not there becomes an empty one, so that a listener that
  // waits for it can start.
  void expect_routes(const std::vector<std::string>& names);

  // Where secrets are found; without it there are none. They are only ever asked for by name.
  using FindSecret = std::function<xds::ResourcePtr(std::string_view name)>;
  void use_secrets(FindSecret find) { find_secret_ = std::move(find); }

  const translate::Client& client() const { return client_; }

  xds::ResourcePtr find(xds::ResourceType type, std::string_view name) const override;
  void each(xds::ResourceType type, const std::function<void(const xds::ResourcePtr&)>& visit) const override;

 private:
  bool concerns_own(const mesh::Touched& touched) const;
  bool shares(xds::ResourceType type) const;
  ChangeSet rebuild_own(const mesh::MeshView& view);
  void add_sidecar(const mesh::MeshView& view, ResourceMaps& own, ChangeSet& changes) const;
  void add_exposed(const mesh::MeshView& view, ResourceMaps& own, ChangeSet& changes) const;
  void add_gateway(const mesh::MeshView& view, ResourceMaps& own, ChangeSet& changes);
  bool is_behind_gateway(std::string_view touched_host) const;

  translate::Client client_;
  OutboundWorlds* worlds_;
  translate::Scope scope_;
  std::shared_ptr<OutboundWorld> outbound_;
  ResourceMaps own_;
  std::set<std::string> hosts_behind_;  // a gateway's routes: hosts and wildcards
  xds::ResourceMap empty_routes_;
  FindSecret find_secret_;
};

}  // namespace weft::control
