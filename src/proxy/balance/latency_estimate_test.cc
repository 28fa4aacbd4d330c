#include "proxy/balance/latency_estimate.h"

#include <gtest/gtest.h>

namespace weft::proxy {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Seen = LatencyEstimate::Seen;

class LatencyEstimateTest : public testing::Test {
 protected:
  void see(Duration took, Seen kind = Seen::answer) { estimate_.observe(took, kind, now_, settings_); }
  double in_ms() const { return estimate_.at(now_, settings_) / 1e6; }

  decide::PeakEwma settings_;
  Time now_{seconds(100)};
  LatencyEstimate estimate_;
};

TEST_F(LatencyEstimateTest, begins_with_what_is_assumed) {
  EXPECT_DOUBLE_EQ(in_ms(), 30);
  see(milliseconds(2));
  EXPECT_DOUBLE_EQ(in_ms(), 2);
}

TEST_F(LatencyEstimateTest, jumps_to_a_peak) {
  see(milliseconds(2));
  see(milliseconds(90));
  EXPECT_DOUBLE_EQ(in_ms(), 90);
}

TEST_F(LatencyEstimateTest, comes_down_slowly_with_better_answers) {
  see(milliseconds(100));
  for (int i = 0; i < 10; ++i) {
    now_ += seconds(1);
    see(milliseconds(1));
  }
  EXPECT_NEAR(in_ms(), 100 * 0.3679 + 1 * 0.6321, 0.01);
}

TEST_F(LatencyEstimateTest, forgets_while_nobody_asks) {
  see(milliseconds(100));
  now_ += seconds(10);
  EXPECT_NEAR(in_ms(), 36.79, 0.01);
}

TEST_F(LatencyEstimateTest, a_fast_failure_makes_nobody_attractive) {
  see(milliseconds(50));
  see(Duration(1), Seen::failure);
  EXPECT_DOUBLE_EQ(in_ms(), 50);
  see(milliseconds(250), Seen::failure);
  EXPECT_DOUBLE_EQ(in_ms(), 250);
}

TEST_F(LatencyEstimateTest, one_that_only_failed_is_taken_for_what_is_assumed_of_all) {
  see(Duration(1), Seen::failure);
  EXPECT_DOUBLE_EQ(in_ms(), 30);
}

}  // namespace
}  // namespace weft::proxy
