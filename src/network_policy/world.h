// World: the pods, namespaces and NetworkPolicies there are, and what they come to for a single pod: the one place
// where selectors, defaults and port names become addresses and ports. Pure.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/kubernetes/network_policy.h"
#include "api/resource.h"
#include "network_policy/pod_policy.h"

namespace weft::network_policy {

// A port that a container names.
struct NamedPort {
  std::string name;
  Transport transport = Transport::tcp;
  uint16_t number = 0;

  friend bool operator==(const NamedPort&, const NamedPort&) = default;
};

// A pod as policies see it. Without an address it is nobody's peer.
struct Pod {
  std::string space;
  model::Labels labels;
  std::optional<net::IpAddress> address;
  std::vector<NamedPort> ports;

  friend bool operator==(const Pod&, const Pod&) = default;
};

// Owned by one thread.
class World {
 public:
  // Takes in a Pod, Namespace or NetworkPolicy; whether some pod's policy may be another one now.
  bool put(const api::Resource& resource);
  bool erase_pod(const std::string& key);     // "namespace/name"
  bool erase_policy(const std::string& key);  // "namespace/name"
  bool erase_space(const std::string& name);

  bool knows(const std::string& pod) const { return pods_.contains(pod); }
  // What holds for a pod; nothing where it is not known.
  PodPolicy policy_of(const std::string& key) const;
  // What would hold for this one.
  PodPolicy policy_of(const Pod& pod) const;
  // The pods that some policy selects, "namespace/name".
  std::vector<std::string> isolated_pods() const;

 private:
  using Peer = api::kubernetes::NetworkPolicyPeer;
  using Ports = std::vector<api::kubernetes::NetworkPolicyPort>;
  struct Policy {
    std::string space;
    api::kubernetes::NetworkPolicy spec;
  };

  void add_ingress(const Policy& policy, const std::string& name, const Pod& subject, PodPolicy& compiled) const;
  void add_egress(const Policy& policy, const std::string& name, PodPolicy& compiled) const;
  void add_named(const Ports& ports, const std::vector<Peer>& peers, const Policy& policy, const std::string& rule,
                 Isolation& isolation) const;
  bool is_looked_at(const std::string& pod) const;
  bool is_peer(const Peer& peer, std::string_view space, const Pod& pod) const;
  bool is_any_peer(const std::vector<Peer>& peers, std::string_view space, const Pod& pod) const;
  model::Labels labels_of(const std::string& space) const;
  std::optional<AddressSet> addresses_of(const std::vector<Peer>& peers, std::string_view space) const;

  std::map<std::string, Pod> pods_;  // by "namespace/name"
  std::map<std::string, model::Labels, std::less<>> spaces_;
  std::map<std::string, Policy> policies_;  // by "namespace/name"
};

// The Pod of a checked resource.
Pod read_pod(const api::Resource& resource);

}  // namespace weft::network_policy
