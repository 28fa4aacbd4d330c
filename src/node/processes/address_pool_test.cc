#include "node/processes/address_pool.h"

#include <gtest/gtest.h>

namespace weft::node {
namespace {

TEST(AddressPool, gives_each_address_once_and_the_freed_one_last) {
  AddressPool pool(*net::IpRange::parse("10.244.0.0/29"), 2);
  std::vector<std::string> given;
  for (int i = 0; i < 3; ++i) given.push_back(pool.take()->to_string());
  EXPECT_EQ(given, (std::vector<std::string>{"10.244.0.2", "10.244.0.3", "10.244.0.4"}));
  pool.give_back(*net::IpAddress::parse("10.244.0.2"));
  EXPECT_EQ(pool.take()->to_string(), "10.244.0.5");
  EXPECT_EQ(pool.take()->to_string(), "10.244.0.6");
  EXPECT_EQ(pool.take()->to_string(), "10.244.0.2");
  EXPECT_FALSE(pool.take());
}

}  // namespace
}  // namespace weft::node
