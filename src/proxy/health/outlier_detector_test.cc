#include "proxy/health/outlier_detector.h"

#include <gtest/gtest.h>

namespace weft::proxy {
namespace {

using std::chrono::seconds;
using Verdict = OutlierDetector::Verdict;

decide::SocketAddress endpoint(int last) {
  return {*decide::IpAddress::parse("10.0.0." + std::to_string(last)), 80};
}

// Three endpoints; 3 errors in a row eject for 30 s, swept every 10 s.
class OutlierDetectorTest : public testing::Test {
 protected:
  OutlierDetectorTest() {
    settings_.consecutive_5xx = 3;
    use(3);
  }

  void use(int count) {
    decide::EndpointSet set;
    for (int i = 1; i <= count; ++i) set.endpoints.push_back({.address = endpoint(i)});
    detector_.configure(settings_);
    detector_.keep(set);
  }
  // True if one of so many verdicts ejected it.
  bool see(int which, Verdict verdict, int times = 1) {
    bool ejected = false;
    for (int i = 0; i < times; ++i) ejected |= detector_.note(endpoint(which), verdict, now_);
    return ejected;
  }
  bool is_ejected(int which) const { return detector_.is_ejected(endpoint(which)); }
  bool sweep_after(Duration time) {
    now_ += time;
    return detector_.sweep(now_);
  }

  decide::OutlierDetection settings_;
  OutlierDetector detector_;
  Time now_{seconds(1000)};
};

TEST_F(OutlierDetectorTest, ejects_after_so_many_errors_in_a_row) {
  EXPECT_FALSE(see(1, Verdict::server_error, 2));
  EXPECT_FALSE(is_ejected(1));
  EXPECT_TRUE(see(1, Verdict::server_error));
  EXPECT_TRUE(is_ejected(1));
  EXPECT_FALSE(is_ejected(2));
  EXPECT_EQ(detector_.ejected(), 1);
  EXPECT_EQ(detector_.counts().by_5xx, 1);
  EXPECT_EQ(detector_.counts().ejections, 1);
}

TEST_F(OutlierDetectorTest, a_success_ends_the_row) {
  see(1, Verdict::server_error, 2);
  EXPECT_TRUE(detector_.is_suspect(endpoint(1)));
  see(1, Verdict::success);
  EXPECT_FALSE(detector_.is_suspect(endpoint(1)));
  EXPECT_FALSE(see(1, Verdict::server_error, 2));
}

TEST_F(OutlierDetectorTest, counts_each_endpoint_for_itself) {
  EXPECT_FALSE(see(1, Verdict::server_error, 2) || see(2, Verdict::server_error, 2));
}

TEST_F(OutlierDetectorTest, an_endpoint_that_does_not_answer_counts_like_a_503) {
  settings_.consecutive_gateway_errors = 2;
  use(3);
  EXPECT_FALSE(see(1, Verdict::local_error));
  EXPECT_TRUE(see(1, Verdict::gateway_error));
  EXPECT_EQ(detector_.counts().by_gateway_errors, 1);
}

TEST_F(OutlierDetectorTest, another_error_ends_the_row_of_gateway_errors) {
  settings_.consecutive_gateway_errors = 2;
  settings_.consecutive_5xx = 0;
  use(3);
  see(1, Verdict::gateway_error);
  see(1, Verdict::server_error);
  EXPECT_FALSE(see(1, Verdict::gateway_error));
  EXPECT_TRUE(see(1, Verdict::gateway_error));
}

TEST_F(OutlierDetectorTest, a_count_of_zero_is_off) {
  settings_.consecutive_5xx = 0;
  use(3);
  EXPECT_FALSE(see(1, Verdict::server_error, 100));
}

TEST_F(OutlierDetectorTest, splits_failures_to_connect_from_answers_if_it_shall) {
  settings_.splits_local_errors = true;
  settings_.consecutive_local_errors = 4;
  use(3);
  EXPECT_FALSE(see(1, Verdict::local_error, 3));
  EXPECT_FALSE(see(1, Verdict::server_error, 2));  // an answer, so the connection is in order
  EXPECT_FALSE(see(1, Verdict::local_error, 3));
  EXPECT_TRUE(see(1, Verdict::local_error));
  EXPECT_EQ(detector_.counts().by_local_errors, 1);
}

TEST_F(OutlierDetectorTest, brings_back_at_the_first_sweep_after_the_time) {
  see(1, Verdict::server_error, 3);
  EXPECT_FALSE(sweep_after(seconds(29)));
  EXPECT_TRUE(is_ejected(1));
  EXPECT_TRUE(sweep_after(seconds(1)));
  EXPECT_FALSE(is_ejected(1));
  EXPECT_EQ(detector_.ejected(), 0);
}

TEST_F(OutlierDetectorTest, can_be_told_to_bring_back_early) {
  EXPECT_FALSE(detector_.bring_back(endpoint(1), now_));
  see(1, Verdict::server_error, 3);
  EXPECT_TRUE(detector_.bring_back(endpoint(1), now_));
  EXPECT_FALSE(is_ejected(1));
  EXPECT_EQ(detector_.ejected(), 0);
  EXPECT_FALSE(detector_.bring_back(endpoint(1), now_));
}

TEST_F(OutlierDetectorTest, each_further_ejection_lasts_longer) {
  see(1, Verdict::server_error, 3);
  sweep_after(seconds(30));
  see(1, Verdict::server_error, 3);
  EXPECT_FALSE(sweep_after(seconds(59)));
  EXPECT_TRUE(sweep_after(seconds(1)));
  see(1, Verdict::server_error, 3);
  EXPECT_FALSE(sweep_after(seconds(89)));
}

TEST_F(OutlierDetectorTest, no_ejection_lasts_longer_than_the_longest) {
  settings_.ejection_time_max = seconds(40);
  use(3);
  see(1, Verdict::server_error, 3);
  sweep_after(seconds(30));
  see(1, Verdict::server_error, 3);
  EXPECT_TRUE(sweep_after(seconds(40)));
}

TEST_F(OutlierDetectorTest, forgives_an_ejection_for_each_interval_of_good_service) {
  see(1, Verdict::server_error, 3);
  sweep_after(seconds(30));
  sweep_after(seconds(10));
  see(1, Verdict::server_error, 3);
  EXPECT_TRUE(sweep_after(seconds(30)));
}

TEST_F(OutlierDetectorTest, ejects_one_at_least_but_no_more_than_its_share) {
  EXPECT_TRUE(see(1, Verdict::server_error, 3));  // of 10 % of three
  EXPECT_FALSE(see(2, Verdict::server_error, 3));
  EXPECT_EQ(detector_.counts().overflow, 1);
  settings_.ejected_percent_max = 50;
  use(3);
  EXPECT_TRUE(see(2, Verdict::server_error, 3));
  EXPECT_FALSE(see(3, Verdict::server_error, 3));
}

TEST_F(OutlierDetectorTest, ejects_nobody_when_the_share_is_nothing) {
  settings_.ejected_percent_max = 0;
  use(3);
  EXPECT_FALSE(see(1, Verdict::server_error, 3));
}

TEST_F(OutlierDetectorTest, what_was_under_way_at_the_ejection_does_not_count) {
  see(1, Verdict::server_error, 3);
  EXPECT_FALSE(see(1, Verdict::server_error, 10));
  sweep_after(seconds(30));
  EXPECT_FALSE(see(1, Verdict::server_error, 2));
}

TEST_F(OutlierDetectorTest, forgets_endpoints_that_leave_the_set) {
  see(3, Verdict::server_error, 3);
  use(2);
  EXPECT_EQ(detector_.ejected(), 0);
  EXPECT_TRUE(see(1, Verdict::server_error, 3));
}

TEST_F(OutlierDetectorTest, needs_sweeps_only_while_it_remembers_somebody) {
  EXPECT_EQ(detector_.next_sweep(), std::nullopt);
  see(1, Verdict::success);
  EXPECT_EQ(detector_.next_sweep(), std::nullopt);
  see(1, Verdict::server_error);
  EXPECT_EQ(detector_.next_sweep(), now_ + seconds(10));
  see(1, Verdict::success);
  sweep_after(seconds(10));
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
