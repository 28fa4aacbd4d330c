// Which addresses outside of the mesh pods may reach through the agent. Pure.
#pragma once

#include <vector>

#include "net/address.h"

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

}  // namespace weft::node
