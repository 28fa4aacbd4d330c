#include "net/port_claim.h"

#include <gtest/gtest.h>

namespace weft::net {
namespace {

constexpr uint16_t kNobodysPort = 9;  // discard: no test listens there

TEST(PortClaim, is_one_holders_until_it_lets_go) {
  auto claim = claim_port(kNobodysPort, PortUse::runs);
  ASSERT_TRUE(claim);
  const auto second = claim_port(kNobodysPort, PortUse::runs);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, Reason::already_exists);
  EXPECT_EQ(second.error().detail, "127.0.0.1:9 is taken: it belongs to a mesh that runs");
  claim->reset();
  EXPECT_TRUE(claim_port(kNobodysPort, PortUse::runs));
}

TEST(PortClaim, of_a_start_lets_what_it_starts_claim_the_port) {
  const auto starts = claim_port(kNobodysPort, PortUse::starts);
  ASSERT_TRUE(starts);
  EXPECT_TRUE(claim_port(kNobodysPort, PortUse::runs));
  EXPECT_FALSE(claim_port(kNobodysPort, PortUse::starts));
}

}  // namespace
}  // namespace weft::net
