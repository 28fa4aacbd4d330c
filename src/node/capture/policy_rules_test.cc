#include "node/capture/policy_rules.h"

#include <gtest/gtest.h>

namespace weft::node {
namespace {

using network_policy::AddressSet;
using network_policy::Allowance;
using network_policy::Isolation;
using network_policy::PodPolicy;
using network_policy::PortSet;

AddressSet addresses(std::initializer_list<const char*> subnets) {
  AddressSet set;
  for (const char* subnet : subnets) set.add(net::IpRange::parse(subnet).value(), {});
  return set;
}

// The lines that accept something, of a policy with this one allowance for ingress.
std::string accepted(Allowance allowance) {
  allowance.rule = "a";
  const PodPolicy policy{.ingress = Isolation{{std::move(allowance)}}, .egress = {}};
  const std::string text = policy_rules(policy);
  const size_t begin = text.find("ct state related accept\n") + 24;
  return text.substr(begin, text.find("    meta l4proto") - begin);
}

TEST(PolicyRules, leave_no_table_where_nothing_is_isolated) {
  EXPECT_EQ(policy_rules({}), "table inet weft_policy\ndelete table inet weft_policy\n");
}

TEST(PolicyRules, judge_both_ways_and_replace_the_old_ones_in_one_step) {
  PodPolicy policy;
  PortSet ports;
  ports.tcp = {{80, 80}, {8000, 8080}};
  policy.ingress = Isolation{{{.rule = "shop/a ingress[0]",
                               .peers = addresses({"10.244.0.2", "10.244.0.3", "192.0.2.0/24"}),
                               .ports = ports}}};
  policy.egress = Isolation{};
  EXPECT_EQ(policy_rules(policy), R"(table inet weft_policy
delete table inet weft_policy
table inet weft_policy {
  chain ingress {
    type filter hook prerouting priority -110; policy accept;
    iif lo accept
    ct state invalid counter drop
    ct direction reply accept
    ct state related accept
    ip saddr { 10.244.0.2-10.244.0.3, 192.0.2.0-192.0.2.255 } tcp dport { 80, 8000-8080 } accept comment "shop/a ingress[0]"
    meta l4proto tcp counter reject with tcp reset comment "refused"
    counter reject with icmpx admin-prohibited comment "refused"
  }
  chain egress {
    type filter hook output priority 10; policy accept;
    oif lo accept
    ip daddr 127.0.0.0/8 accept
    ct state invalid counter drop
    ct direction reply accept
    ct state related accept
    meta l4proto tcp counter reject with tcp reset comment "refused"
    counter reject with icmpx admin-prohibited comment "refused"
  }
}
)");
}

TEST(PolicyRules, match_each_family_and_transport_by_a_rule_of_its_own) {
  PortSet ports;
  ports.tcp = {{0, 65535}};
  ports.udp = {{53, 53}};
  ports.sctp = {{1, 2}};
  EXPECT_EQ(accepted({.peers = addresses({"10.0.0.1", "2001:db8::/127"}), .ports = ports}),
            "    ip saddr { 10.0.0.1 } tcp dport { 0-65535 } accept comment \"a\"\n"
            "    ip saddr { 10.0.0.1 } udp dport { 53 } accept comment \"a\"\n"
            "    ip saddr { 10.0.0.1 } sctp dport { 1-2 } accept comment \"a\"\n"
            "    ip6 saddr { 2001:db8::-2001:db8::1 } tcp dport { 0-65535 } accept comment \"a\"\n"
            "    ip6 saddr { 2001:db8::-2001:db8::1 } udp dport { 53 } accept comment \"a\"\n"
            "    ip6 saddr { 2001:db8::-2001:db8::1 } sctp dport { 1-2 } accept comment \"a\"\n");
}

TEST(PolicyRules, cut_names_that_nft_would_not_take) {
  Allowance allowance;
  allowance.rule = std::string(300, 'x');
  const std::string text = policy_rules({.ingress = Isolation{{allowance}}, .egress = {}});
  EXPECT_NE(text.find("accept comment \"" + std::string(127, 'x') + "\"\n"), std::string::npos);
}

TEST(PolicyRules, match_nothing_where_everything_is_allowed) {
  EXPECT_EQ(accepted({}), "    accept comment \"a\"\n");
  PortSet ports;
  ports.udp = {{53, 53}};
  EXPECT_EQ(accepted({.ports = ports}), "    udp dport { 53 } accept comment \"a\"\n");
  EXPECT_EQ(accepted({.peers = addresses({"0.0.0.0/0"})}),
            "    ip saddr { 0.0.0.0-255.255.255.255 } accept comment \"a\"\n");
}

}  // namespace
}  // namespace weft::node
