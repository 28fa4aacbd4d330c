// PeerRules: what a workload's ports take from their clients (plain text, mutual TLS, both), by the PeerAuthentications
// that hold for it, and which of them decides.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>

#include "control/mesh/mesh_view.h"

namespace weft::control::mesh {

// `mode` is never unset.
struct PeerRule {
  api::istio::MutualTlsMode mode = api::istio::MutualTlsMode::permissive;
  PeerAuthenticationPtr from;  // null: no policy says anything

  bool takes_mutual_tls() const { return mode != api::istio::MutualTlsMode::disable; }
  friend bool operator==(const PeerRule&, const PeerRule&) = default;
};

// A value, for one workload.
class PeerRules {
 public:
  const PeerRule& of(uint32_t port) const;
  // Of ports that no policy names.
  const PeerRule& rest() const { return rest_; }
  const std::map<uint32_t, PeerRule>& ports() const { return ports_; }

 private:
  friend PeerRules peer_rules(const WorkloadPolicies<PeerAuthentication>& policies, std::string_view root_space,
                              std::string_view space, const model::Labels& labels);

  void add(const PeerAuthenticationPtr& policy);

  PeerRule rest_;
  std::map<uint32_t, PeerRule> ports_;
};

// Clients and servers learn of a change each in its own time, so a change between plain text alone and mutual TLS takes
// three steps: servers take both; clients move; servers take what they are to. The view says where it stands: this is
// what a workload's port takes now.
class ServedModes {
 public:
  ServedModes(const MeshView& view, std::string_view space, const model::Labels& labels);

  const PeerRules& rules() const { return now_; }
  api::istio::MutualTlsMode of(uint32_t port) const;

 private:
  PeerRules now_;
  std::vector<PeerRules> former_;
};

// Port beats workload beats namespace beats mesh; "unset" leaves what the wider scope says. Of several policies at one
// scope the oldest holds. In the root namespace only those without selector count, as the mesh's.
PeerRules peer_rules(const WorkloadPolicies<PeerAuthentication>& policies, std::string_view root_space,
                     std::string_view space, const model::Labels& labels);

}  // namespace weft::control::mesh
