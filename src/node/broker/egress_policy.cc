#include "node/broker/egress_policy.h"

#include <algorithm>
#include <cerrno>

namespace weft::node {
namespace {

// 0.0.0.0 and :: connect to the machine itself.
bool is_this_machine(const net::IpAddress& ip) {
  const bool is_any = std::ranges::all_of(ip.bytes, [](uint8_t byte) { return byte == 0; });
  return is_any || ip.is_loopback();
}

}  // namespace

int EgressPolicy::refusal(const net::Address& to, const net::Address& resolver) const {
  if (to == resolver) return 0;
  const auto in_mesh = std::ranges::any_of(mesh_ranges_, [&](const auto& range) { return range.contains(to.ip()); });
  if (in_mesh || to.is_unix()) return ENETUNREACH;
  return is_this_machine(to.ip()) ? EACCES : 0;
}

int PodEgress::refusal(network_policy::Transport transport, const net::Address& to,
                       const net::Address& resolver) const {
  if (const int refused = everybodys_->refusal(to, resolver); refused != 0 || to == resolver || !isolation_)
    return refused;
  return isolation_->lets_pass(transport, to.ip(), to.port()) ? 0 : EACCES;
}

}  // namespace weft::node
