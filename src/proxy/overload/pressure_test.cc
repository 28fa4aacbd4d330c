#include "proxy/overload/pressure.h"

#include <gtest/gtest.h>

namespace weft::proxy {
namespace {

Pressure at(uint64_t percent, Pressure before = Pressure::none) {
  return pressure_at(percent * 1'000'000, 100'000'000, before);
}

TEST(Pressure, rises_in_steps) {
  EXPECT_EQ(at(89), Pressure::none);
  EXPECT_EQ(at(90), Pressure::shrinking);
  EXPECT_EQ(at(95), Pressure::shedding);
  EXPECT_EQ(at(98), Pressure::closed);
  EXPECT_EQ(at(250), Pressure::closed);
}

TEST(Pressure, falls_two_points_later) {
  EXPECT_EQ(at(96, Pressure::closed), Pressure::closed);
  EXPECT_EQ(at(95, Pressure::closed), Pressure::shedding);
  EXPECT_EQ(at(92, Pressure::closed), Pressure::shrinking);
  EXPECT_EQ(at(94, Pressure::shrinking), Pressure::shrinking);
  EXPECT_EQ(at(87, Pressure::closed), Pressure::none);
}

}  // namespace
}  // namespace weft::proxy
