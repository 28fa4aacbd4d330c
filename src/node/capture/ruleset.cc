#include "node/capture/ruleset.h"

#include <iterator>

#include <fmt/format.h>

namespace weft::node {
namespace {

// Istio leaves these ports of a pod uncaptured: merged metrics, health, the proxy's metrics.
constexpr std::string_view kUncapturedPorts = "{ 15020, 15021, 15090 }";

// The endpoints as a map from a running number: `numgen inc` gives each new connection the next one.
std::string endpoint_map(const std::vector<net::Address>& endpoints) {
  std::string map;
  for (size_t i = 0; i < endpoints.size(); ++i) {
    fmt::format_to(std::back_inserter(map), "{}{} : {} . {}", i == 0 ? "" : ", ", i, endpoints[i].ip().to_string(),
                   endpoints[i].port());
  }
  return map;
}

std::string match_service(const ServiceTarget& target) {
  return fmt::format("ip daddr {} {} dport {}", target.service.ip().to_string(), target.is_udp ? "udp" : "tcp",
                     target.service.port());
}

// Runs after address translation: a packet that still goes to a service address has nowhere to go.
std::string refuse_services(const net::IpRange& services) {
  return fmt::format(R"(  chain refuse {{
    type filter hook output priority 0; policy accept;
    ip daddr {} meta l4proto tcp counter reject with tcp reset
    ip daddr {} counter reject
  }}
)",
                     services.to_string(), services.to_string());
}

}  // namespace

// A call of the pod to itself by way of a service leaves its sidecar for the pod's own address: it comes in by the
// sidecar, too, as Istio has it. What the sidecar sends to the application comes from 127.0.0.6.
std::string meshed_rules(const net::IpRange& services) {
  return fmt::format(R"(table inet weft {{
  chain out {{
    type nat hook output priority -100; policy accept;
    meta mark {:#x} oif lo ip saddr != 127.0.0.0/8 ip daddr != 127.0.0.0/8 meta l4proto tcp counter redirect to :{} comment "to itself"
    meta mark {:#x} return
    udp dport 53 counter redirect to :{} comment "names"
    ip daddr 127.0.0.0/8 tcp dport 53 counter redirect to :{} comment "names"
    ip daddr 127.0.0.0/8 return
    ip6 daddr ::1 return
    meta l4proto tcp counter redirect to :{} comment "outbound"
  }}
  chain in {{
    type nat hook prerouting priority -100; policy accept;
    tcp dport {} return
    meta l4proto tcp counter redirect to :{} comment "inbound"
  }}
{}}}
)",
                     kExemptMark, kInboundPort, kExemptMark, kDnsPort, kDnsPort, kOutboundPort, kUncapturedPorts,
                     kInboundPort, refuse_services(services));
}

std::string unmeshed_rules(const net::IpRange& pods, const net::IpRange& services) {
  return fmt::format(R"(table inet weft {{
  chain out {{
    type nat hook output priority -90; policy accept;
    meta mark {:#x} return
    udp dport 53 counter redirect to :{} comment "names"
    ip daddr 127.0.0.0/8 tcp dport 53 counter redirect to :{} comment "names"
    ip daddr {{ 127.0.0.0/8, {}, {} }} return
    ip6 daddr ::1 return
    meta l4proto tcp counter redirect to :{} comment "egress"
  }}
{}}}
)",
                     kExemptMark, kDnsPort, kDnsPort, pods.to_string(), services.to_string(), kOutboundPort,
                     refuse_services(services));
}

std::string gateway_rules() {
  return R"(table inet weft {
  chain track {
    type filter hook input priority 0; policy accept;
    ct state invalid counter
  }
}
)";
}

std::string service_rules(const std::vector<ServiceTarget>& targets) {
  std::string forward;
  for (const auto& target : targets) {
    if (target.endpoints.empty()) continue;
    fmt::format_to(std::back_inserter(forward), "    {} counter dnat ip to numgen inc mod {} map {{ {} }}\n",
                   match_service(target), target.endpoints.size(), endpoint_map(target.endpoints));
  }
  // Named first so that `delete` finds it the first time, too; nft commits the whole text or nothing.
  return fmt::format(R"(table inet weft_services
delete table inet weft_services
table inet weft_services {{
  chain forward {{
    type nat hook output priority -100; policy accept;
{}  }}
}}
)",
                     forward);
}

}  // namespace weft::node
