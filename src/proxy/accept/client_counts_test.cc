#include "proxy/accept/client_counts.h"

#include <vector>

#include <gtest/gtest.h>

namespace weft::proxy {
namespace {

TEST(ClientCounts, ServeAConnectionWhereItWasAcceptedWhileShardsAreEven) {
  ClientCounts counts(2, 100);
  const auto first = counts.place(1);
  EXPECT_EQ(first.shard(), 1u);
  const auto second = counts.place(0);
  EXPECT_EQ(second.shard(), 0u);
}

TEST(ClientCounts, SpreadAFewLongConnectionsThatOneShardAccepts) {
  ClientCounts counts(4, 100);
  std::vector<ClientCounts::Place> places;
  for (int i = 0; i < 8; ++i) places.push_back(counts.place(0));
  for (uint32_t shard = 0; shard < 4; ++shard) EXPECT_EQ(counts.count(shard), 2u);
}

TEST(ClientCounts, HandNothingOverForASmallDifferenceAmongMany) {
  ClientCounts counts(2, 1000);
  std::vector<ClientCounts::Place> places;
  for (int i = 0; i < 160; ++i) places.push_back(counts.place(static_cast<uint32_t>(i % 2)));
  for (int i = 0; i < 10; ++i) places.push_back(counts.place(0));
  EXPECT_EQ(counts.count(0), 90u);  // an eighth more than the other's 80
  EXPECT_EQ(counts.place(0).shard(), 0u);
  places.push_back(counts.place(0));
  EXPECT_EQ(counts.place(0).shard(), 1u);
}

TEST(ClientCounts, HaveRoomAgainOnceAConnectionHasEnded) {
  ClientCounts counts(2, 2);
  const auto stays = counts.place(0);
  {
    const auto goes = counts.place(1);
    EXPECT_FALSE(counts.has_room());
  }
  EXPECT_TRUE(counts.has_room());
  EXPECT_EQ(counts.total(), 1u);
}

TEST(ClientCounts, CountAPlaceThatMovesOnce) {
  ClientCounts counts(1, 10);
  auto place = counts.place(0);
  {
    const auto moved = std::move(place);
    EXPECT_EQ(counts.total(), 1u);
  }
  EXPECT_EQ(counts.total(), 0u);
}

}  // namespace
}  // namespace weft::proxy
