#include "api/kubernetes/network_policy_checks.h"

#include <algorithm>
#include <array>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "base/strings.h"

namespace weft::api::kubernetes {
namespace {

// A subnet as bytes in network order; IPv4 uses the first four.
struct Subnet {
  int family = AF_UNSPEC;
  std::array<uint8_t, 16> bytes{};
  uint64_t bits = 0;

  bool is_part_of(const Subnet& whole) const {
    if (family != whole.family || bits <= whole.bits) return false;
    for (uint64_t bit = 0; bit < whole.bits; ++bit) {
      const auto mask = static_cast<uint8_t>(0x80U >> (bit % 8));
      if (((bytes[bit / 8] ^ whole.bytes[bit / 8]) & mask) != 0) return false;
    }
    return true;
  }
};

std::optional<Subnet> parse_subnet(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string address(text.substr(0, slash));
  Subnet subnet;
  subnet.family = address.find(':') == std::string::npos ? AF_INET : AF_INET6;
  if (inet_pton(subnet.family, address.c_str(), subnet.bytes.data()) != 1) return std::nullopt;
  const auto bits = parse_unsigned(text.substr(slash + 1));
  if (!bits || *bits > (subnet.family == AF_INET ? 32U : 128U)) return std::nullopt;
  subnet.bits = *bits;
  return subnet;
}

void warn_of_idle_rules(const Place& place, std::string_view rules, std::string_view direction) {
  place.at(rules).warn(Code::conflicting_fields,
                       fmt::format("{} means nothing: policyTypes does not list {}", rules, direction));
}

}  // namespace

Complaint check_cidr(std::string_view text) {
  if (parse_subnet(text)) return std::nullopt;
  return "is no subnet such as 10.0.0.0/8";
}

void check_ip_block(const Place& place, IpBlock& block) {
  const auto whole = parse_subnet(block.cidr);
  for (size_t i = 0; whole && i < block.except.size(); ++i) {
    const auto part = parse_subnet(block.except[i]);
    if (!part || part->is_part_of(*whole)) continue;
    place.at("except").at(i).error(Code::bad_value,
                                   fmt::format("{} is no smaller subnet of {}", block.except[i], block.cidr));
  }
}

void check_network_policy_peer(const Place& place, NetworkPolicyPeer& peer) {
  const bool by_labels = peer.pod_selector || peer.namespace_selector;
  if (!by_labels && !place.has("ipBlock")) {
    place.error(Code::required, "the peer names nobody",
                "set podSelector, namespaceSelector or ipBlock; everybody is what a rule without peers says");
  } else if (by_labels && place.has("ipBlock")) {
    place.at("ipBlock").error(Code::conflicting_fields, "ipBlock excludes podSelector and namespaceSelector",
                              "make it a peer of its own");
  }
}

void check_network_policy_port(const Place& place, NetworkPolicyPort& port) {
  if (port.end_port == 0) return;
  const Place end = place.at("endPort");
  if (!place.has("port")) return end.error(Code::required, "endPort needs port");
  if (!port.port.name.empty()) return end.error(Code::conflicting_fields, "endPort needs a port by number");
  if (port.end_port < port.port.number)
    end.error(Code::bad_value, fmt::format("endPort {} comes before port {}", port.end_port, port.port.number));
}

// Without policyTypes a policy isolates for ingress, and for egress when it has rules for it.
void check_network_policy(const Place& place, NetworkPolicy& policy) {
  if (policy.policy_types.size() > 2)
    place.at("policyTypes").error(Code::bad_value, "policyTypes lists more than Ingress and Egress");
  if (policy.policy_types.empty()) {
    policy.policy_types.emplace_back("Ingress");
    if (!policy.egress.empty()) policy.policy_types.emplace_back("Egress");
  }
  if (!policy.ingress.empty() && !policy.isolates("Ingress")) warn_of_idle_rules(place, "ingress", "Ingress");
  if (!policy.egress.empty() && !policy.isolates("Egress")) warn_of_idle_rules(place, "egress", "Egress");
}

}  // namespace weft::api::kubernetes
