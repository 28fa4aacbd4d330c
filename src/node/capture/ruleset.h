// The nftables rules of a pod, as text for nft(8). Pure: one function per kind of pod, exact text in tests. The rules
// live in the pod's own network namespace and vanish with it. Every capturing rule counts, so that capture can be
// proven.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "net/address.h"

namespace weft::node {

// Ports inside a pod, Istio's.
inline constexpr uint16_t kOutboundPort = 15001;
inline constexpr uint16_t kInboundPort = 15006;
inline constexpr uint16_t kDnsPort = 15053;

// SO_MARK of sockets that capture must let pass: those of the sidecar and of the agent's probes.
inline constexpr uint32_t kExemptMark = 0x539;

// For a pod with a sidecar: all TCP in and out, and DNS. What the sidecar itself sends to a service address (it should
// send to endpoints) is refused at once instead of vanishing in the hub.
std::string meshed_rules(const net::IpRange& services);

// For a pod without one: DNS goes to the agent's responder, TCP that leaves the mesh to the agent's relay. A service
// address that service_rules() has not sent elsewhere is refused at once.
std::string unmeshed_rules(const net::IpRange& pods, const net::IpRange& services);

// For a gateway, which captures nothing: connections are tracked from the first one on, so that policy_rules() knows
// later which side opened them.
std::string gateway_rules();

// One port of a Service with a cluster address, and where its connections may go.
struct ServiceTarget {
  net::Address service;
  bool is_udp = false;
  std::vector<net::Address> endpoints;

  friend bool operator==(const ServiceTarget&, const ServiceTarget&) = default;
};

// For a pod without a sidecar, what kube-proxy would do: each connection to a service address goes to one of its
// endpoints, in turn. Replaces the rules given before in one step; connections keep their endpoint.
std::string service_rules(const std::vector<ServiceTarget>& targets);

}  // namespace weft::node
