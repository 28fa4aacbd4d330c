#include "node/broker/egress_policy.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace weft::node {
namespace {

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

}  // namespace
}  // namespace weft::node
