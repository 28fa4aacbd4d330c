// Which addresses outside of the mesh pods may reach through the agent. Pure.
#pragma once

#include <optional>
#include <vector>

#include "net/address.h"
#include "network_policy/pod_policy.h"

namespace weft::node {

// The mesh's own ranges have no meaning on the host; the host's loopback is not for pods (weftd and others listen there
// and trust who reaches them), but for its resolver.
class EgressPolicy {
 public:
  explicit EgressPolicy(std::vector<net::IpRange> mesh_ranges) : mesh_ranges_(std::move(mesh_ranges)) {}

  // An errno for the one who asked (ENETUNREACH or EACCES), or 0.
  int refusal(const net::Address& to, const net::Address& resolver) const;

 private:
  std::vector<net::IpRange> mesh_ranges_;
};

// The same for one pod, whose NetworkPolicies may leave less: what leaves by the agent never passes the rules in the
// pod's own network. One reactor.
class PodEgress {
 public:
  // `everybodys` outlives it.
  explicit PodEgress(const EgressPolicy& everybodys) : everybodys_(&everybodys) {}

  // Holds for connections that are made from now on.
  void isolate(std::optional<network_policy::Isolation> isolation) { isolation_ = std::move(isolation); }

  // As EgressPolicy's. The resolver is everybody's.
  int refusal(network_policy::Transport transport, const net::Address& to, const net::Address& resolver) const;

 private:
  const EgressPolicy* everybodys_;
  std::optional<network_policy::Isolation> isolation_;
};

}  // namespace weft::node
