// World: the pods, namespaces and NetworkPolicies there are, and what they come to for a single pod: the one place
// where selectors, defaults and port names become addresses and ports. Pure.
#pragma once

#include <map>
#include <optional>
#include <set>
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

// The connections to a pod, and those from it.
enum class Way : uint8_t { ingress, egress };

// A pod as policies see it. Without an address it is nobody's peer.
struct Pod {
  std::string space;
  model::Labels labels;
  std::optional<net::IpAddress> address;
  std::vector<NamedPort> ports;

  friend bool operator==(const Pod&, const Pod&) = default;
};

// A policy's peers are compiled once for all pods that it selects, and anew when a change means somebody else by them:
// what a change costs grows with the pods there are and with those it means something to, not with the product.
// Owned by one thread.
class World {
 public:
  // Takes in a Pod, Namespace or NetworkPolicy.
  void put(const api::Resource& resource);
  void erase_pod(const std::string& key);     // "namespace/name"
  void erase_policy(const std::string& key);  // "namespace/name"
  void erase_space(const std::string& name);
  // The pods whose policy may have become another one since this was last asked, "namespace/name"; some may be gone.
  std::set<std::string> take_changed();

  bool knows(const std::string& pod) const { return pods_.contains(pod); }
  // What holds for a pod; nothing where it is not known.
  PodPolicy policy_of(const std::string& key) const;
  // What would hold for this one.
  PodPolicy policy_of(const Pod& pod) const;
  // The policies that isolate a pod this way, "namespace/name": without one of them everything passes.
  std::vector<std::string> isolating(const std::string& key, Way way) const;
  // Nothing where it is not known, or has none.
  std::optional<net::IpAddress> address_of(const std::string& key) const;
  // "namespace/name"; empty: it is no pod's.
  std::string pod_at(const net::IpAddress& address) const;

 private:
  using Peer = api::kubernetes::NetworkPolicyPeer;
  using Ports = std::vector<api::kubernetes::NetworkPolicyPort>;
  // What a policy comes to, whichever pod it selects.
  struct Rules {
    std::vector<std::optional<AddressSet>> sources;  // of each rule of ingress; none: everybody
    Isolation egress;
  };
  // A NetworkPolicy of one namespace. The world's; it compiles it when somebody asks.
  struct Policy {
    std::string space;
    api::kubernetes::NetworkPolicy spec;
    mutable std::optional<Rules> rules;  // once they have been asked for
  };

  void put_pod(const std::string& key, Pod pod);
  void put_policy(const std::string& key, Policy policy);
  void put_space(const std::string& name, const model::Labels& labels);
  void note_pod(const std::string& key, const Pod& pod);
  void note_selected(const Policy& policy);
  void note_labels(const model::Labels& before, const model::Labels& after);
  void forget_rules(const std::string& key, const Policy& policy);

  const Rules& rules_of(const std::string& name, const Policy& policy) const;
  Isolation compile_egress(const std::string& name, const Policy& policy) const;
  void add_ingress(const Policy& policy, const std::string& name, const Pod& subject, Isolation& ingress) const;
  void add_named(const Ports& ports, const std::vector<Peer>& peers, const Policy& policy, const std::string& rule,
                 Isolation& isolation) const;
  bool is_any_peer(const std::vector<Peer>& peers, std::string_view space, const Pod& pod) const;
  model::Labels labels_of(const std::string& space) const;
  std::optional<AddressSet> addresses_of(const std::vector<Peer>& peers, std::string_view space) const;

  std::map<std::string, Pod> pods_;  // by "namespace/name"
  std::map<std::string, model::Labels, std::less<>> spaces_;
  std::map<std::string, Policy> policies_;  // by "namespace/name"
  std::set<std::string> changed_;           // pods
  std::set<std::string> stale_;             // policies: whom they select has changed, too
};

// The Pod of a checked resource.
Pod read_pod(const api::Resource& resource);

}  // namespace weft::network_policy
