#include "base/random.h"

#include <array>

#include <gtest/gtest.h>

namespace weft {
namespace {

TEST(Random, SameSeedSameNumbers) {
  Random a(7), b(7);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.next(), b.next());
}

TEST(Random, BelowStaysInRangeAndCoversItEvenly) {
  Random random(42);
  std::array<int, 10> seen{};
  for (int i = 0; i < 100000; ++i) ++seen.at(random.below(10));
  for (const int count : seen) EXPECT_NEAR(count, 10000, 500);
}

}  // namespace
}  // namespace weft
