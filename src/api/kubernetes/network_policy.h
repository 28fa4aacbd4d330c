// NetworkPolicy (networking.k8s.io/v1): who may open connections to some pods, and where these may open connections to.
// Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/kubernetes/deployment.h"
#include "api/kubernetes/service.h"

namespace weft::api::kubernetes {

// Addresses by subnet. Each exception is a part of it.
struct IpBlock {
  std::string cidr;
  std::vector<std::string> except;

  static const FieldTable& fields();
};

// Pods by labels, or addresses. Without a namespace selector pods are those of the policy's namespace; without a pod
// selector all pods of the namespaces.
struct NetworkPolicyPeer {
  std::optional<LabelSelector> pod_selector;
  std::optional<LabelSelector> namespace_selector;
  std::optional<IpBlock> ip_block;

  static const FieldTable& fields();
};

// Ports of the one who is called. No port: all of the protocol's.
struct NetworkPolicyPort {
  std::string protocol = "TCP";  // or UDP, SCTP
  PortReference port;
  int32_t end_port = 0;  // 0: the one port

  static const FieldTable& fields();
};

// What is let in. Nothing listed stands for everything, on either side.
struct NetworkPolicyIngress {
  std::vector<NetworkPolicyPeer> from;
  std::vector<NetworkPolicyPort> ports;

  static const FieldTable& fields();
};

// What is let out.
struct NetworkPolicyEgress {
  std::vector<NetworkPolicyPeer> to;
  std::vector<NetworkPolicyPort> ports;

  static const FieldTable& fields();
};

// The object. The rules of a direction that is not among `policy_types` mean nothing.
struct NetworkPolicy {
  LabelSelector pod_selector;  // an empty one selects every pod of the namespace
  std::vector<NetworkPolicyIngress> ingress;
  std::vector<NetworkPolicyEgress> egress;
  std::vector<std::string> policy_types;  // never empty once read

  bool isolates(std::string_view direction) const;  // "Ingress", "Egress"

  static const FieldTable& fields();
};

}  // namespace weft::api::kubernetes
