#include "proxy/health/outlier_detector.h"

#include <gtest/gtest.h>

namespace weft::proxy {
namespace {

using std::chrono::seconds;
using Verdict = decide::OutlierDetection::Verdict;

decide::SocketAddress endpoint(int last) {
  return {*decide::IpAddress::parse("10.0.0." + std::to_string(last)), 80};
}

// Three endpoints; ejected for 30 s at first, swept every 10 s.
class OutlierDetectorTest : public testing::Test {
 protected:
  OutlierDetectorTest() { use(3); }

  void use(int count) {
    decide::EndpointSet set;
    for (int i = 1; i <= count; ++i) set.endpoints.push_back({.address = endpoint(i)});
    detector_.configure(settings_);
    detector_.keep(set);
  }
  bool eject(int which) { return detector_.eject(endpoint(which), OutlierCause::errors_5xx, now_); }
  bool is_ejected(int which) const { return detector_.is_ejected(endpoint(which)); }
  bool sweep_after(Duration time) {
    now_ += time;
    return detector_.sweep(now_);
  }

  decide::OutlierDetection settings_;
  OutlierDetector detector_;
  Time now_{seconds(1000)};
};

TEST_F(OutlierDetectorTest, ejects_whom_it_is_told_of) {
  EXPECT_FALSE(is_ejected(1));
  EXPECT_TRUE(eject(1));
  EXPECT_TRUE(is_ejected(1));
  EXPECT_FALSE(is_ejected(2));
  EXPECT_EQ(detector_.ejected(), 1);
  EXPECT_EQ(detector_.counts().by_5xx, 1);
  EXPECT_EQ(detector_.counts().ejections, 1);
}

TEST_F(OutlierDetectorTest, counts_by_the_kind_of_error) {
  settings_.ejected_percent_max = 100;
  use(3);
  EXPECT_TRUE(detector_.eject(endpoint(1), OutlierCause::gateway_errors, now_));
  EXPECT_TRUE(detector_.eject(endpoint(2), OutlierCause::local_errors, now_));
  EXPECT_EQ(detector_.counts().by_gateway_errors, 1);
  EXPECT_EQ(detector_.counts().by_local_errors, 1);
  EXPECT_EQ(detector_.counts().by_5xx, 0);
  EXPECT_EQ(detector_.counts().ejections, 2);
}

TEST_F(OutlierDetectorTest, brings_back_at_the_first_sweep_after_the_time) {
  eject(1);
  EXPECT_FALSE(sweep_after(seconds(29)));
  EXPECT_TRUE(is_ejected(1));
  EXPECT_TRUE(sweep_after(seconds(1)));
  EXPECT_FALSE(is_ejected(1));
  EXPECT_EQ(detector_.ejected(), 0);
}

TEST_F(OutlierDetectorTest, can_be_told_to_bring_back_early) {
  EXPECT_FALSE(detector_.bring_back(endpoint(1), now_));
  eject(1);
  EXPECT_TRUE(detector_.bring_back(endpoint(1), now_));
  EXPECT_FALSE(is_ejected(1));
  EXPECT_EQ(detector_.ejected(), 0);
  EXPECT_FALSE(detector_.bring_back(endpoint(1), now_));
}

TEST_F(OutlierDetectorTest, each_further_ejection_lasts_longer) {
  eject(1);
  sweep_after(seconds(30));
  eject(1);
  EXPECT_FALSE(sweep_after(seconds(59)));
  EXPECT_TRUE(sweep_after(seconds(1)));
  eject(1);
  EXPECT_FALSE(sweep_after(seconds(89)));
}

TEST_F(OutlierDetectorTest, no_ejection_lasts_longer_than_the_longest) {
  settings_.ejection_time_max = seconds(40);
  use(3);
  eject(1);
  sweep_after(seconds(30));
  eject(1);
  EXPECT_TRUE(sweep_after(seconds(40)));
}

TEST_F(OutlierDetectorTest, forgives_an_ejection_for_each_interval_of_good_service) {
  eject(1);
  sweep_after(seconds(30));
  sweep_after(seconds(10));
  eject(1);
  EXPECT_TRUE(sweep_after(seconds(30)));
}

TEST_F(OutlierDetectorTest, ejects_one_at_least_but_no_more_than_its_share) {
  EXPECT_TRUE(eject(1));  // of 10 % of three
  EXPECT_FALSE(eject(2));
  EXPECT_EQ(detector_.counts().overflow, 1);
  settings_.ejected_percent_max = 50;
  use(3);
  EXPECT_TRUE(eject(2));
  EXPECT_FALSE(eject(3));
}

TEST_F(OutlierDetectorTest, ejects_nobody_when_the_share_is_nothing) {
  settings_.ejected_percent_max = 0;
  use(3);
  EXPECT_FALSE(eject(1));
}

TEST_F(OutlierDetectorTest, what_was_under_way_at_the_ejection_does_not_count) {
  eject(1);
  EXPECT_FALSE(eject(1));
  EXPECT_EQ(detector_.counts().ejections, 1);
  EXPECT_TRUE(sweep_after(seconds(30)));
}

TEST_F(OutlierDetectorTest, forgets_endpoints_that_leave_the_set) {
  eject(3);
  use(2);
  EXPECT_EQ(detector_.ejected(), 0);
  EXPECT_TRUE(eject(1));
}

TEST_F(OutlierDetectorTest, needs_sweeps_only_while_it_remembers_somebody) {
  EXPECT_EQ(detector_.next_sweep(), std::nullopt);
  eject(1);
  EXPECT_EQ(detector_.next_sweep(), now_ + seconds(10));
  sweep_after(seconds(30));
  sweep_after(seconds(10));  // forgiven, too
  EXPECT_EQ(detector_.next_sweep(), std::nullopt);
}

TEST(OutlierDetection, judges_by_the_status) {
  using decide::OutlierDetection;
  EXPECT_EQ(OutlierDetection::verdict_on(std::nullopt), Verdict::local_error);
  EXPECT_EQ(OutlierDetection::verdict_on(499), Verdict::success);
  EXPECT_EQ(OutlierDetection::verdict_on(500), Verdict::server_error);
  EXPECT_EQ(OutlierDetection::verdict_on(502), Verdict::gateway_error);
  EXPECT_EQ(OutlierDetection::verdict_on(504), Verdict::gateway_error);
  EXPECT_EQ(OutlierDetection::verdict_on(505), Verdict::server_error);
}

}  // namespace
}  // namespace weft::proxy
