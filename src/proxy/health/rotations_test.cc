#include "proxy/health/rotations.h"

#include <gtest/gtest.h>

#include "proxy/balance/rotation_for_test.h"

namespace weft::proxy {
namespace {

using std::chrono::seconds;

constexpr decide::ClusterId kCluster{2};

class RotationsTest : public testing::Test {
 protected:
  RotationsTest() {
    config_ = cluster_with(decide::Balancing::round_robin);
    config_->panic_percent = 0;
    config_->outlier_detection.emplace();
  }

  RotationChanges configure(decide::ClusterPtr config) {
    decide::Snapshot snapshot;
    snapshot.clusters = {nullptr, nullptr, std::move(config)};
    return rotations_.apply(snapshot, now_);
  }
  RotationPtr set(size_t count) {
    const auto change = rotations_.apply(kCluster, endpoints(count), now_);
    return change ? change->rotation : nullptr;
  }
  // It has given too many errors in a row.
  RotationChanges fail(int endpoint) {
    return rotations_.judge(std::vector<HealthReport>{{kCluster, at(endpoint), OutlierCause::errors_5xx}}, now_);
  }
  const EndpointStanding& standing(size_t position) { return rotations_.rotation_of(kCluster)->standings[position]; }
  static std::vector<uint32_t> members(const RotationPtr& rotation) {
    return rotation->tiers.at(0).groups.at(0).members;
  }
  using Positions = std::vector<uint32_t>;

  std::shared_ptr<decide::Cluster> config_;
  Rotations rotations_;
  Time now_{seconds(100)};
};

TEST_F(RotationsTest, wait_for_both_the_cluster_and_its_endpoints) {
  EXPECT_EQ(set(2), nullptr);
  const auto changes = configure(config_);
  ASSERT_EQ(changes.size(), 1);
  EXPECT_EQ(changes[0].cluster, kCluster);
  EXPECT_EQ(changes[0].rotation->cluster, config_);
  EXPECT_EQ(members(changes[0].rotation), (Positions{0, 1}));
}

TEST_F(RotationsTest, change_only_for_clusters_that_changed) {
  set(2);
  configure(config_);
  EXPECT_TRUE(configure(config_).empty());
  EXPECT_EQ(configure(std::make_shared<decide::Cluster>(*config_)).size(), 1);
}

TEST_F(RotationsTest, leave_out_who_is_ejected_and_say_so) {
  configure(config_);
  set(3);
  const auto changes = fail(2);
  ASSERT_EQ(changes.size(), 1);
  EXPECT_EQ(members(changes[0].rotation), (Positions{0, 2}));
  EXPECT_EQ(changes[0].rotation->standings[1].flags.to_string(), "/failed_outlier_check");
  ASSERT_EQ(rotations_.outliers().size(), 1);
  EXPECT_EQ(rotations_.outliers()[0].ejected, 1);
}

TEST_F(RotationsTest, make_one_rotation_of_a_batch) {
  config_->outlier_detection->ejected_percent_max = 100;
  configure(config_);
  set(3);
  std::vector<HealthReport> batch;
  for (const int endpoint : {1, 2, 1, 2}) batch.push_back({kCluster, at(endpoint), OutlierCause::errors_5xx});
  const auto changes = rotations_.judge(batch, now_);
  ASSERT_EQ(changes.size(), 1);
  EXPECT_EQ(members(changes[0].rotation), Positions{2});
}

TEST_F(RotationsTest, keep_the_errors_of_an_endpoint_until_it_was_ejected_for_them) {
  configure(config_);
  set(3);
  const ErrorRowsPtr first = standing(0).errors;
  const ErrorRowsPtr second = standing(1).errors;
  EXPECT_NE(first, second);
  set(4);
  fail(2);
  EXPECT_EQ(standing(0).errors, first);
  EXPECT_EQ(standing(1).errors, second);
  now_ += seconds(30);
  rotations_.sweep(now_);
  EXPECT_EQ(standing(0).errors, first);
  EXPECT_NE(standing(1).errors, second) << "what came in while it was ejected does not count";
}

TEST_F(RotationsTest, keep_an_ejection_through_new_endpoints_and_a_new_configuration) {
  configure(config_);
  set(3);
  fail(2);
  EXPECT_EQ(members(set(4)), (Positions{0, 2, 3}));
  const auto changes = configure(std::make_shared<decide::Cluster>(*config_));
  EXPECT_EQ(members(changes.at(0).rotation), (Positions{0, 2, 3}));
}

TEST_F(RotationsTest, take_everybody_back_when_detection_is_turned_off) {
  configure(config_);
  set(3);
  fail(2);
  const auto off = std::make_shared<decide::Cluster>(*config_);
  off->outlier_detection.reset();
  EXPECT_EQ(members(configure(off).at(0).rotation), (Positions{0, 1, 2}));
  EXPECT_TRUE(fail(2).empty());
  EXPECT_TRUE(rotations_.outliers().empty());
}

TEST_F(RotationsTest, bring_back_endpoints_when_their_time_is_over) {
  configure(config_);
  set(3);
  EXPECT_EQ(rotations_.next_sweep(), std::nullopt);
  fail(2);
  EXPECT_EQ(rotations_.next_sweep(), now_ + seconds(10));
  now_ += seconds(9);
  EXPECT_TRUE(rotations_.sweep(now_).empty());
  now_ += seconds(21);
  const auto changes = rotations_.sweep(now_);
  ASSERT_EQ(changes.size(), 1);
  EXPECT_EQ(members(changes[0].rotation), (Positions{0, 1, 2}));
}

TEST_F(RotationsTest, forget_ejections_with_their_cluster) {
  configure(config_);
  set(3);
  fail(2);
  EXPECT_TRUE(configure(nullptr).empty());
  EXPECT_EQ(rotations_.next_sweep(), std::nullopt);
  EXPECT_EQ(members(configure(config_).at(0).rotation), (Positions{0, 1, 2}));
}

TEST_F(RotationsTest, remember_since_when_endpoints_that_came_later_are_in_service) {
  configure(config_);
  EXPECT_EQ(set(2)->standings[1].in_service_since, Time::min());
  now_ += seconds(5);
  const Time joined = now_;
  EXPECT_EQ(set(3)->standings[2].in_service_since, joined);
  now_ += seconds(5);
  const auto later = set(4);
  EXPECT_EQ(later->standings[0].in_service_since, Time::min());
  EXPECT_EQ(later->standings[2].in_service_since, joined);
  EXPECT_EQ(later->standings[3].in_service_since, now_);
}

TEST_F(RotationsTest, ignore_reports_of_what_they_do_not_know) {
  EXPECT_TRUE(fail(1).empty());
  configure(config_);
  EXPECT_TRUE(fail(1).empty());
}

// A cluster whose endpoints are asked for their health.
class CheckedRotationsTest : public RotationsTest {
 protected:
  CheckedRotationsTest() {
    config_->outlier_detection.reset();
    config_->health_check = std::make_shared<decide::HealthCheck>();
  }

  // Nothing: nothing follows.
  RotationPtr take(int endpoint, CheckStanding standing, bool is_first = false) {
    const auto change = rotations_.take({kCluster, at(endpoint), standing, is_first}, now_);
    return change ? change->rotation : nullptr;
  }
  RotationPtr passes(int endpoint, bool is_first = true) { return take(endpoint, CheckStanding::passing, is_first); }
  RotationPtr fails(int endpoint) { return take(endpoint, CheckStanding::failing); }
  // Who is in rotation, by the last number of the address.
  static std::vector<std::string> serving(const RotationPtr& rotation) {
    std::vector<std::string> addresses;
    for (size_t at = 0; at < rotation->standings.size(); ++at) {
      if (rotation->standings[at].flags.is_healthy())
        addresses.push_back(rotation->endpoints->endpoints[at].address.ip.to_string());
    }
    return addresses;
  }
  using Texts = std::vector<std::string>;
};

TEST_F(CheckedRotationsTest, nobody_serves_before_it_has_passed) {
  set(2);
  const auto changes = configure(config_);
  EXPECT_EQ(serving(changes.at(0).rotation), Texts{});
  EXPECT_EQ(changes.at(0).rotation->standings[0].flags.to_string(), "/failed_active_hc");
  EXPECT_EQ(serving(passes(2)), Texts{"10.0.0.2"});
  EXPECT_EQ(rotations_.rotation_of(kCluster)->standings[1].in_service_since, Time::min());
}

TEST_F(CheckedRotationsTest, who_fails_leaves_and_who_passes_again_is_new_in_service) {
  set(2);
  configure(config_);
  passes(1);
  passes(2);
  EXPECT_EQ(serving(fails(1)), Texts{"10.0.0.2"});
  now_ += seconds(5);
  const auto rotation = passes(1, false);
  EXPECT_EQ(serving(rotation), (Texts{"10.0.0.1", "10.0.0.2"}));
  EXPECT_EQ(rotation->standings[0].in_service_since, now_);
  EXPECT_EQ(rotation->standings[1].in_service_since, Time::min());
}

TEST_F(CheckedRotationsTest, a_verdict_that_changes_nothing_makes_no_rotation) {
  set(1);
  configure(config_);
  EXPECT_EQ(fails(1), nullptr);
  EXPECT_NE(passes(1), nullptr);
  EXPECT_EQ(passes(1), nullptr);
  EXPECT_EQ(passes(7), nullptr);
}

TEST_F(CheckedRotationsTest, who_served_before_there_were_checks_goes_on_until_it_fails_one) {
  const auto checked = std::exchange(config_, cluster_with(decide::Balancing::round_robin));
  set(2);
  configure(config_);
  EXPECT_EQ(serving(configure(checked).at(0).rotation), (Texts{"10.0.0.1", "10.0.0.2"}));
  EXPECT_EQ(serving(fails(1)), Texts{"10.0.0.2"});
}

TEST_F(CheckedRotationsTest, who_is_taken_away_serves_on_while_it_passes) {
  set(3);
  configure(config_);
  for (const int endpoint : {1, 2, 3}) passes(endpoint);
  fails(3);
  EXPECT_EQ(serving(set(1)), (Texts{"10.0.0.1", "10.0.0.2"}));  // 2 is kept, 3 is gone
  EXPECT_EQ(rotations_.rotation_of(kCluster)->endpoints->endpoints.size(), 2);
  const auto rotation = fails(2);
  EXPECT_EQ(serving(rotation), Texts{"10.0.0.1"});
  EXPECT_EQ(rotation->endpoints->endpoints.size(), 1);
  EXPECT_EQ(passes(2), nullptr);
}

TEST_F(CheckedRotationsTest, who_is_taken_away_goes_at_once_where_the_cluster_says_so) {
  config_->keeps_removed_endpoints = false;
  set(2);
  configure(config_);
  for (const int endpoint : {1, 2}) passes(endpoint);
  EXPECT_EQ(set(1)->endpoints->endpoints.size(), 1);
}

TEST_F(CheckedRotationsTest, a_passed_check_ends_an_ejection_unless_the_cluster_says_otherwise) {
  config_->outlier_detection.emplace();
  set(3);
  configure(config_);
  for (const int endpoint : {1, 2, 3}) passes(endpoint);
  EXPECT_EQ(serving(fail(2).at(0).rotation), (Texts{"10.0.0.1", "10.0.0.3"}));
  EXPECT_EQ(serving(passes(2, false)), (Texts{"10.0.0.1", "10.0.0.2", "10.0.0.3"}));
  config_->outlier_detection->ends_by_health_check = false;
  fail(2);
  EXPECT_EQ(passes(2, false), nullptr);
}

TEST_F(CheckedRotationsTest, who_is_exempt_serves_unasked) {
  const auto exempt = endpoints(2);
  exempt->endpoints[1].check_target =
      std::make_shared<decide::CheckTarget>(decide::CheckTarget{.ip = {}, .port = {}, .host = {}, .is_exempt = true});
  configure(config_);
  EXPECT_EQ(serving(rotations_.apply(kCluster, exempt, now_)->rotation), Texts{"10.0.0.2"});
}

TEST_F(CheckedRotationsTest, a_cluster_that_comes_back_is_asked_anew) {
  set(1);
  configure(config_);
  passes(1);
  configure(nullptr);
  EXPECT_EQ(serving(configure(std::make_shared<decide::Cluster>(*config_)).at(0).rotation), Texts{});
}

}  // namespace
}  // namespace weft::proxy
