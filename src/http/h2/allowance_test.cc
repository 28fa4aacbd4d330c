#include "http/h2/allowance.h"

#include <gtest/gtest.h>

namespace weft::http::h2 {
namespace {

TEST(Allowance, lets_a_burst_pass_and_then_a_rate) {
  Allowance allowance(3, 2);
  Time now = Time{} + std::chrono::seconds(1);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(allowance.take(now));
  EXPECT_FALSE(allowance.take(now));
  now += std::chrono::seconds(1);
  EXPECT_TRUE(allowance.take(now));
  EXPECT_TRUE(allowance.take(now));
  EXPECT_FALSE(allowance.take(now));
}

TEST(Allowance, holds_no_more_than_its_burst) {
  Allowance allowance(2, 100);
  Time now = Time{} + std::chrono::seconds(1);
  EXPECT_TRUE(allowance.take(now));
  now += std::chrono::hours(1);
  allowance.add(50);
  EXPECT_TRUE(allowance.take(now));
  EXPECT_TRUE(allowance.take(now));
  EXPECT_FALSE(allowance.take(now));
}

}  // namespace
}  // namespace weft::http::h2
