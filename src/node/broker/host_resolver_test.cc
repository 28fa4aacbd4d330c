#include "node/broker/host_resolver.h"

#include <gtest/gtest.h>

namespace weft::node {
namespace {

TEST(NameServer, is_the_first_that_resolv_conf_names) {
  EXPECT_EQ(
      name_server_of("# nameserver 1.1.1.1\nsearch x\nnameserver\t192.0.2.53 \nnameserver 192.0.2.54\n").to_string(),
      "192.0.2.53:53");
  EXPECT_EQ(name_server_of("nameserver 2001:db8::1\n").ip().to_string(), "2001:db8::1");
}

TEST(NameServer, is_this_machine_when_none_is_named) {
  EXPECT_EQ(name_server_of("").to_string(), "127.0.0.1:53");
  EXPECT_EQ(name_server_of("nameserver fe80::1%eth0\n").to_string(), "127.0.0.1:53");
}

}  // namespace
}  // namespace weft::node
