// PodPolicy: NetworkPolicies compiled for one pod: whose connections it takes, and whom it may connect to, as addresses
// and ports. weft-node makes kernel rules of it, weftd rules for the pod's proxy. A value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "network_policy/address_set.h"

namespace weft::network_policy {

enum class Transport : uint8_t { tcp, udp, sctp };

std::string_view to_string(Transport transport);                   // "tcp"
std::optional<Transport> transport_of(std::string_view protocol);  // of Kubernetes' "TCP"

// Ports of each transport.
struct PortSet {
  Intervals<uint16_t> tcp;
  Intervals<uint16_t> udp;
  Intervals<uint16_t> sctp;

  Intervals<uint16_t>& of(Transport transport);
  const Intervals<uint16_t>& of(Transport transport) const;
  bool empty() const { return tcp.empty() && udp.empty() && sctp.empty(); }

  friend bool operator==(const PortSet&, const PortSet&) = default;
};

// One side of the connections that some rule lets pass: those with one of these peers, to one of these ports.
struct Allowance {
  std::string rule;                 // "shop/api ingress[0]"
  std::optional<AddressSet> peers;  // none: everybody
  std::optional<PortSet> ports;     // none: every port, and what has no ports

  friend bool operator==(const Allowance&, const Allowance&) = default;
};

// The connections of one direction: what some allowance lets pass, and nothing else.
struct Isolation {
  std::vector<Allowance> allowances;

  // `peer` is the other side; the port is that of the side that is called.
  bool lets_pass(Transport transport, const net::IpAddress& peer, uint16_t port) const;

  friend bool operator==(const Isolation&, const Isolation&) = default;
};

// A direction in which no policy isolates the pod lets everything pass.
struct PodPolicy {
  std::optional<Isolation> ingress;
  std::optional<Isolation> egress;

  bool isolates() const { return ingress.has_value() || egress.has_value(); }

  friend bool operator==(const PodPolicy&, const PodPolicy&) = default;
};

}  // namespace weft::network_policy
