#include "control/mesh/address_allocation.h"

#include <set>

#include <gtest/gtest.h>

namespace weft::control::mesh {
namespace {

TEST(AddressAllocation, GivesEachHostItsOwnAndTheSameOneAgain) {
  AddressAllocation addresses;
  std::set<std::string> given;
  constexpr int kHosts = 2000;
  for (int i = 0; i < kHosts; ++i) given.insert(addresses.address_of("a", "h" + std::to_string(i)));
  EXPECT_EQ(given.size(), 2000U);
  EXPECT_TRUE(given.contains(addresses.address_of("a", "h7")));
}

TEST(AddressAllocation, FollowsFromTheNameNotFromTheOrder) {
  AddressAllocation one;
  AddressAllocation other;
  const auto first = one.address_of("a", "x.com");
  other.address_of("a", "y.com");
  EXPECT_EQ(other.address_of("a", "x.com"), first);
  EXPECT_NE(other.address_of("b", "x.com"), first);
}

TEST(AddressAllocation, GivesNoAddressBeyondTheNetwork) {
  constexpr int kAll = 16;
  AddressAllocation addresses(kAll);
  for (int i = 0; i < kAll; ++i) ASSERT_NE(addresses.address_of("a", std::to_string(i)), "");
  EXPECT_EQ(addresses.address_of("a", "one more"), "");
  addresses.release("a", "5");
  EXPECT_NE(addresses.address_of("a", "one more"), "");
}

}  // namespace
}  // namespace weft::control::mesh
