#include "control/translate/security/network_policy.h"

#include "control/translate/security/rbac_filter.h"

namespace weft::control::translate {
namespace {

using envoy::config::rbac::v3::Permission;
using envoy::config::rbac::v3::Principal;
using envoy::config::rbac::v3::RBAC;
using network_policy::Allowance;

constexpr std::string_view kOwnTraffic = "networkpolicy-own-traffic";

void add_address(const net::IpRange& subnet, envoy::config::rbac::v3::Policy& policy) {
  auto& range = *policy.add_principals()->mutable_direct_remote_ip();
  range.set_address_prefix(subnet.base.to_string());
  range.mutable_prefix_len()->set_value(subnet.prefix_bits);
}

// Envoy's ranges do not have their end in them.
void add_ports(const network_policy::Interval<uint16_t>& ports, envoy::config::rbac::v3::Policy& policy) {
  auto& permission = *policy.add_permissions();
  if (ports.first == ports.last) return permission.set_destination_port(ports.first);
  permission.mutable_destination_port_range()->set_start(ports.first);
  permission.mutable_destination_port_range()->set_end(ports.last + 1);
}

// Nothing where the allowance is about other transports: what comes by a proxy is TCP.
void add_allowance(const Allowance& allowance, size_t number, RBAC& rules) {
  if (allowance.ports && allowance.ports->tcp.empty()) return;
  envoy::config::rbac::v3::Policy policy;
  if (!allowance.ports) policy.add_permissions()->set_any(true);
  if (allowance.ports) {
    for (const auto& ports : allowance.ports->tcp.list()) add_ports(ports, policy);
  }
  if (!allowance.peers) policy.add_principals()->set_any(true);
  if (allowance.peers) {
    for (const auto& subnet : allowance.peers->subnets()) add_address(subnet, policy);
  }
  // Two allowances may come from one rule.
  (*rules.mutable_policies())["networkpolicy[" + allowance.rule + "]-" + std::to_string(number)] = std::move(policy);
}

void add_own_traffic(const std::string& own_address, RBAC& rules) {
  auto& policy = (*rules.mutable_policies())[std::string(kOwnTraffic)];
  policy.add_permissions()->set_any(true);
  for (const auto& text : {own_address, std::string("127.0.0.0/8"), std::string("::1")}) {
    if (const auto subnet = net::IpRange::parse(text)) add_address(*subnet, policy);
  }
}

}  // namespace

void guard_by_network(const network_policy::Isolation& ingress, const std::string& own_address, Guards& guards) {
  RbacRules rules;
  auto& allowed = rules.enforced.emplace();
  allowed.set_action(RBAC::ALLOW);
  add_own_traffic(own_address, allowed);
  for (size_t i = 0; i < ingress.allowances.size(); ++i) add_allowance(ingress.allowances[i], i, allowed);
  guards.http.insert(guards.http.begin(), http_filter(rules));
  guards.tcp.insert(guards.tcp.begin(), tcp_filter(std::move(rules)));
}

}  // namespace weft::control::translate
