#include "proxy/overload/memory_watch.h"

#include <gtest/gtest.h>

namespace weft::proxy {
namespace {

constexpr uint64_t kMib = 1 << 20;

TEST(MemoryWatch, a_quarter_of_what_is_left_may_be_taken_unseen) {
  EXPECT_EQ(room_until_next_look(0, 1000 * kMib), 225 * kMib);
  EXPECT_EQ(room_until_next_look(500 * kMib, 1000 * kMib), 100 * kMib);
  EXPECT_EQ(room_until_next_look(899 * kMib, 1000 * kMib), kMib / 4);
}

TEST(MemoryWatch, nothing_may_be_taken_when_it_is_full_nor_just_before) {
  EXPECT_EQ(room_until_next_look(900 * kMib, 1000 * kMib), 0u);
  EXPECT_EQ(room_until_next_look(900 * kMib - 200'000, 1000 * kMib), 0u);
  EXPECT_EQ(room_until_next_look(3000 * kMib, 1000 * kMib), 0u);
}

class MemoryWatchTest : public testing::Test {
 protected:
  ManualClock clock;
};

TEST_F(MemoryWatchTest, without_a_limit_everything_is_allowed) {
  MemoryWatch watch(MemoryBudget::of(0), clock);
  EXPECT_TRUE(watch.allows(SIZE_MAX / 2));
  EXPECT_EQ(watch.refusals(), 0u);
}

TEST_F(MemoryWatchTest, what_is_in_use_by_now_decides_once_the_room_is_taken) {
  MemoryWatch watch(MemoryBudget::of(4096 * kMib), clock);
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(watch.allows(100 * kMib));  // nobody takes it: each look finds it free
  EXPECT_EQ(watch.refusals(), 0u);
}

TEST_F(MemoryWatchTest, a_limit_that_leaves_no_room_allows_nothing) {
  MemoryWatch watch(MemoryBudget::of(64 * 1024), clock);
  EXPECT_FALSE(watch.allows(1));
  EXPECT_FALSE(watch.allows(1));
  EXPECT_EQ(watch.refusals(), 2u);
}

TEST_F(MemoryWatchTest, what_does_not_fit_into_the_room_is_refused_and_a_look_makes_room_anew) {
  MemoryWatch watch(MemoryBudget::of(1024 * kMib), clock);
  EXPECT_FALSE(watch.allows(512 * kMib));
  EXPECT_GT(watch.look(), 0u);
  EXPECT_TRUE(watch.allows(kMib));
}

}  // namespace
}  // namespace weft::proxy
