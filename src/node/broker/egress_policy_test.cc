#include "node/broker/egress_policy.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace weft::node {
namespace {

using network_policy::Transport;

int refusal(const char* to) {
  const EgressPolicy policy({*net::IpRange::parse("10.244.0.0/16"), *net::IpRange::parse("10.96.0.0/16")});
  return policy.refusal(*net::Address::parse(to), *net::Address::parse("127.0.0.53:53"));
}

TEST(EgressPolicy, lets_pods_reach_everything_that_is_neither_mesh_nor_this_machine) {
  EXPECT_EQ(refusal("192.0.2.1:443"), 0);
  EXPECT_EQ(refusal("[2001:db8::1]:443"), 0);
}

TEST(EgressPolicy, keeps_the_machines_own_listeners_to_itself_but_for_its_resolver) {
  EXPECT_EQ(refusal("127.0.0.1:7800"), EACCES);
  EXPECT_EQ(refusal("0.0.0.0:7800"), EACCES);
  EXPECT_EQ(refusal("[::1]:7800"), EACCES);
  EXPECT_EQ(refusal("127.0.0.53:53"), 0);
  EXPECT_EQ(refusal("127.0.0.53:54"), EACCES);
}

TEST(EgressPolicy, knows_that_mesh_addresses_mean_nothing_on_the_host) {
  EXPECT_EQ(refusal("10.244.3.4:80"), ENETUNREACH);
  EXPECT_EQ(refusal("10.96.0.1:80"), ENETUNREACH);
}

TEST(PodEgress, leaves_a_pod_what_its_network_policies_leave_and_the_resolver) {
  const EgressPolicy everybodys({*net::IpRange::parse("10.244.0.0/16")});
  const net::Address resolver = *net::Address::parse("127.0.0.53:53");
  const auto refusal = [&](const PodEgress& egress, const char* to, Transport transport = Transport::tcp) {
    return egress.refusal(transport, *net::Address::parse(to), resolver);
  };
  PodEgress egress(everybodys);
  EXPECT_EQ(refusal(egress, "192.0.2.1:443"), 0);
  network_policy::Allowance https{
      .rule = "a", .peers = network_policy::AddressSet(), .ports = network_policy::PortSet()};
  https.peers->add(*net::IpRange::parse("192.0.2.0/24"), {});
  https.ports->tcp.add({443, 443});
  egress.isolate(network_policy::Isolation{{https}});
  EXPECT_EQ(refusal(egress, "192.0.2.1:443"), 0);
  EXPECT_EQ(refusal(egress, "192.0.2.1:443", Transport::udp), EACCES);
  EXPECT_EQ(refusal(egress, "192.0.2.1:80"), EACCES);
  EXPECT_EQ(refusal(egress, "198.51.100.1:443"), EACCES);
  EXPECT_EQ(refusal(egress, "127.0.0.53:53", Transport::udp), 0);
  EXPECT_EQ(refusal(egress, "10.244.0.2:80"), ENETUNREACH);
  egress.isolate(std::nullopt);
  EXPECT_EQ(refusal(egress, "198.51.100.1:443"), 0);
}

}  // namespace
}  // namespace weft::node
