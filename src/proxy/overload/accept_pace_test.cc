#include "proxy/overload/accept_pace.h"

#include <gtest/gtest.h>

namespace weft::proxy {
namespace {

using std::chrono::milliseconds;

constexpr Time kStart = Time(std::chrono::hours(1));

// As many turns as it takes, the last at the given time.
bool left_some_until(AcceptPace& pace, Time end) {
  for (uint32_t turn = 1; turn < AcceptPace::kBehindTurns; ++turn) EXPECT_FALSE(pace.left_some(kStart));
  return pace.left_some(end);
}

TEST(AcceptPace, takes_a_burst_that_is_soon_served_for_no_overload) {
  AcceptPace pace;
  EXPECT_FALSE(left_some_until(pace, kStart + milliseconds(299)));
  EXPECT_FALSE(pace.caught_up(kStart + milliseconds(299)));
  EXPECT_FALSE(pace.left_some(kStart + milliseconds(301))) << "another burst";
  EXPECT_FALSE(pace.is_overloaded());
  EXPECT_EQ(pace.look_at(), std::nullopt);
}

TEST(AcceptPace, takes_a_pause_of_the_process_for_no_overload) {
  AcceptPace pace;
  EXPECT_FALSE(pace.left_some(kStart));
  EXPECT_FALSE(pace.left_some(kStart + std::chrono::hours(1)));
}

TEST(AcceptPace, does_not_count_the_time_in_which_nobody_could_be_accepted) {
  AcceptPace pace;
  EXPECT_FALSE(left_some_until(pace, kStart));
  pace.pauses();
  EXPECT_FALSE(pace.left_some(kStart + AcceptPace::kBehindFor));
}

TEST(AcceptPace, makes_the_queue_short_once_when_it_does_not_become_empty) {
  AcceptPace pace;
  EXPECT_TRUE(left_some_until(pace, kStart + AcceptPace::kBehindFor));
  EXPECT_TRUE(pace.is_overloaded());
  EXPECT_FALSE(pace.left_some(kStart + AcceptPace::kBehindFor + milliseconds(1))) << "it is short already";
}

TEST(AcceptPace, makes_the_queue_long_again_when_there_have_not_been_too_many_for_a_while) {
  AcceptPace pace;
  const Time behind = kStart + AcceptPace::kBehindFor;
  ASSERT_TRUE(left_some_until(pace, behind));
  EXPECT_EQ(pace.look_at(), behind + AcceptPace::kCalmFor);
  EXPECT_FALSE(pace.caught_up(behind + milliseconds(1))) << "the next may be too many again";
  EXPECT_FALSE(pace.left_some(behind + milliseconds(500)));
  EXPECT_FALSE(pace.caught_up(behind + AcceptPace::kCalmFor)) << "half a second after there were";
  EXPECT_TRUE(pace.caught_up(behind + milliseconds(500) + AcceptPace::kCalmFor));
  EXPECT_FALSE(pace.is_overloaded());
  EXPECT_FALSE(pace.caught_up(behind + milliseconds(501) + AcceptPace::kCalmFor)) << "it is long already";
}

}  // namespace
}  // namespace weft::proxy
