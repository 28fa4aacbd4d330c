#include "node/capture/policy_rules.h"

#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace weft::node {
namespace {

using network_policy::AddressSet;
using network_policy::Allowance;
using network_policy::Interval;
using network_policy::Isolation;
using network_policy::PortSet;
using network_policy::Transport;

constexpr size_t kCommentMax = 127;  // nft's own limit is 128 bytes with the final zero

// How nft names the two directions. Ingress stands before the redirect to the sidecar (-100) and behind connection
// tracking (-200); egress behind address translation (-100).
struct Way {
  std::string_view chain;
  std::string_view hook;
  std::string_view loopback;
  std::string_view peer;  // the address of the other side
};
constexpr Way kIngress = {"ingress", "prerouting priority -110", "iif lo accept", "saddr"};
constexpr Way kEgress = {"egress", "output priority 10", "oif lo accept\n    ip daddr 127.0.0.0/8 accept", "daddr"};

std::string text_of(const Interval<uint16_t>& ports) {
  return ports.first == ports.last ? std::to_string(ports.first) : fmt::format("{}-{}", ports.first, ports.last);
}

// What a packet must match on one side; an empty text matches everything.
using Matches = std::vector<std::string>;

Matches matches_of(const std::optional<AddressSet>& peers, std::string_view peer) {
  if (!peers) return {""};
  Matches matches;
  const auto add = [&](std::string_view family, const std::vector<std::string>& texts) {
    if (!texts.empty()) matches.push_back(fmt::format("{} {} {{ {} }} ", family, peer, fmt::join(texts, ", ")));
  };
  add("ip", peers->v4_texts());
  add("ip6", peers->v6_texts());
  return matches;
}

Matches matches_of(const std::optional<PortSet>& ports) {
  if (!ports) return {""};
  Matches matches;
  for (const auto transport : {Transport::tcp, Transport::udp, Transport::sctp}) {
    std::vector<std::string> texts;
    for (const auto& interval : ports->of(transport).list()) texts.push_back(text_of(interval));
    if (!texts.empty())
      matches.push_back(fmt::format("{} dport {{ {} }} ", to_string(transport), fmt::join(texts, ", ")));
  }
  return matches;
}

void append_allowance(const Allowance& allowance, const Way& way, std::string& rules) {
  const auto comment = std::string_view(allowance.rule).substr(0, kCommentMax);
  for (const auto& peers : matches_of(allowance.peers, way.peer)) {
    for (const auto& ports : matches_of(allowance.ports))
      fmt::format_to(std::back_inserter(rules), "    {}{}accept comment \"{}\"\n", peers, ports, comment);
  }
}

// A packet that belongs to no connection the kernel knows of can't be judged by who opened it.
std::string chain_of(const Isolation& isolation, const Way& way) {
  std::string allowed;
  for (const auto& allowance : isolation.allowances) append_allowance(allowance, way, allowed);
  return fmt::format(R"(  chain {} {{
    type filter hook {}; policy accept;
    {}
    ct state invalid counter drop
    ct direction reply accept
    ct state related accept
{}    meta l4proto tcp counter reject with tcp reset comment "refused"
    counter reject with icmpx admin-prohibited comment "refused"
  }}
)",
                     way.chain, way.hook, way.loopback, allowed);
}

}  // namespace

std::string policy_rules(const network_policy::PodPolicy& policy) {
  // Named first so that `delete` finds it the first time, too; nft commits the whole text or nothing.
  std::string rules = "table inet weft_policy\ndelete table inet weft_policy\n";
  if (!policy.isolates()) return rules;
  rules += "table inet weft_policy {\n";
  if (policy.ingress) rules += chain_of(*policy.ingress, kIngress);
  if (policy.egress) rules += chain_of(*policy.egress, kEgress);
  return rules + "}\n";
}

}  // namespace weft::node
