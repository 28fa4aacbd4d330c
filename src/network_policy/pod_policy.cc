#include "network_policy/pod_policy.h"

#include <algorithm>

namespace weft::network_policy {

std::string_view to_string(Transport transport) {
  return transport == Transport::tcp ? "tcp" : transport == Transport::udp ? "udp" : "sctp";
}

std::optional<Transport> transport_of(std::string_view protocol) {
  if (protocol == "TCP") return Transport::tcp;
  if (protocol == "UDP") return Transport::udp;
  if (protocol == "SCTP") return Transport::sctp;
  return std::nullopt;
}

Intervals<uint16_t>& PortSet::of(Transport transport) {
  return transport == Transport::tcp ? tcp : transport == Transport::udp ? udp : sctp;
}

const Intervals<uint16_t>& PortSet::of(Transport transport) const {
  return transport == Transport::tcp ? tcp : transport == Transport::udp ? udp : sctp;
}

bool Isolation::lets_pass(Transport transport, const net::IpAddress& peer, uint16_t port) const {
  return std::ranges::any_of(allowances, [&](const Allowance& allowance) {
    return (!allowance.peers || allowance.peers->contains(peer)) &&
           (!allowance.ports || allowance.ports->of(transport).contains(port));
  });
}

}  // namespace weft::network_policy
