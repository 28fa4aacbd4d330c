#include "control/store/stored_time.h"

#include <gtest/gtest.h>

namespace weft::control {
namespace {

TEST(StoredTime, IsReadAsItWasWritten) {
  const WallTime time = WallTime{} + std::chrono::microseconds(1'795'725'352'000'123);
  EXPECT_EQ(stored_time_at({{"at", to_stored(time)}}, "at"), std::chrono::floor<std::chrono::seconds>(time));
  EXPECT_EQ(stored_time_at<std::chrono::microseconds>({{"at", to_stored<std::chrono::microseconds>(time)}}, "at"),
            time);
}

TEST(StoredTime, IsOneThatAClockCanShow) {
  EXPECT_EQ(stored_time_at({}, "at"), WallTime{});
  EXPECT_EQ(stored_time_at({{"at", "noon"}}, "at"), WallTime{});
  EXPECT_EQ(stored_time_at({{"at", -5}}, "at"), WallTime{});
  EXPECT_EQ(stored_time_at({{"at", INT64_MAX}}, "at"), std::chrono::floor<std::chrono::seconds>(WallTime::max()));
}

}  // namespace
}  // namespace weft::control
