#include "network_policy/intervals.h"

#include <cstdint>

#include <gtest/gtest.h>

namespace weft::network_policy {
namespace {

using Ports = Intervals<uint16_t>;

TEST(Intervals, merge_what_overlaps_or_has_nothing_between) {
  EXPECT_EQ((Ports{{1, 5}, {3, 9}}), (Ports{{1, 9}}));
  EXPECT_EQ((Ports{{1, 5}, {6, 9}}), (Ports{{1, 9}}));
  EXPECT_EQ((Ports{{8, 9}, {1, 5}}).list(), (std::vector<Interval<uint16_t>>{{1, 5}, {8, 9}}));
  EXPECT_EQ((Ports{{1, 2}, {4, 5}, {7, 8}, {2, 7}}), (Ports{{1, 8}}));
  EXPECT_EQ((Ports{{65535, 65535}, {0, 0}}).list().size(), 2U);
}

TEST(Intervals, give_up_what_is_removed) {
  Ports ports{{10, 20}, {30, 40}};
  ports.remove({15, 35});
  EXPECT_EQ(ports, (Ports{{10, 14}, {36, 40}}));
  ports.remove({11, 12});
  EXPECT_EQ(ports, (Ports{{10, 10}, {13, 14}, {36, 40}}));
  ports.remove({0, 65535});
  EXPECT_TRUE(ports.empty());
  Ports all{{0, 65535}};
  all.remove({0, 0});
  all.remove({65535, 65535});
  EXPECT_EQ(all, (Ports{{1, 65534}}));
}

TEST(Intervals, contain_their_ends) {
  const Ports ports{{10, 20}};
  EXPECT_TRUE(ports.contains(10));
  EXPECT_TRUE(ports.contains(20));
  EXPECT_FALSE(ports.contains(9));
  EXPECT_FALSE(ports.contains(21));
}

}  // namespace
}  // namespace weft::network_policy
