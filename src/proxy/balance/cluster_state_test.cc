#include "proxy/balance/cluster_state.h"

#include <set>

#include <gtest/gtest.h>

#include "proxy/balance/rotation_for_test.h"

namespace weft::proxy {
namespace {

class ClusterStateTest : public testing::Test {
 protected:
  ClusterStateTest() { state_.configure(config_); }

  std::set<std::string> picked(int times = 100) {
    std::set<std::string> texts;
    for (int i = 0; i < times; ++i) {
      const EndpointRef endpoint = pick();
      texts.insert(endpoint ? endpoint->text : "none");
    }
    return texts;
  }

  void take(decide::EndpointSet set) {
    state_.take(make_rotation(config_, std::make_shared<decide::EndpointSet>(std::move(set))), random_);
  }
  // The same with the errors of all endpoints counted.
  RotationPtr take_counted(decide::EndpointSet set) {
    std::vector<EndpointStanding> standings(set.endpoints.size());
    for (auto& standing : standings) standing.errors = std::make_shared<ErrorRows>();
    auto rotation = make_rotation(config_, std::make_shared<decide::EndpointSet>(std::move(set)), standings);
    state_.take(rotation, random_);
    return rotation;
  }
  EndpointRef pick(std::span<const EndpointRef> tried = {}) {
    return state_.pick({.random = random_, .now = Time{}, .tried = tried, .attempts_max = 5});
  }

  // Keeps what is reported: an endpoint or a first connection.
  struct Reports final : HealthReports {
    void report(const HealthReport& report) override {
      texts.push_back(report.cause ? report.endpoint.to_string() : "first connection");
    }
    std::vector<std::string> texts;
  };

  std::shared_ptr<decide::Cluster> config_ = std::make_shared<decide::Cluster>();
  EndpointIds ids_;
  Reports reports_;
  ClusterState state_{ids_, {}, &reports_};
  Random random_{1};
};

TEST_F(ClusterStateTest, has_nothing_to_pick_at_first) {
  EXPECT_EQ(picked(), std::set<std::string>{"none"});
}

TEST_F(ClusterStateTest, keeps_the_load_of_endpoints_that_stay) {
  take({.endpoints = {{.address = at(1)}, {.address = at(2)}}});
  Endpoint* stays = state_.endpoints()[1].get();
  stays->active_requests = 3;
  take({.endpoints = {{.address = at(3)}, {.address = at(2), .weight = 7}}});
  EXPECT_EQ(state_.endpoints()[1].get(), stays);
  EXPECT_EQ(stays->active_requests, 3);
  EXPECT_EQ(stays->weight, 7);
  EXPECT_FALSE(stays->is_gone);
}

TEST_F(ClusterStateTest, marks_endpoints_that_left_for_those_who_still_use_them) {
  take({.endpoints = {{.address = at(1)}}});
  const EndpointRef used = pick();
  take({});
  EXPECT_TRUE(used->is_gone);
  EXPECT_TRUE(used.is_last());
}

TEST_F(ClusterStateTest, picks_no_endpoint_that_is_not_healthy) {
  take({.endpoints = {{.address = at(1), .is_healthy = false}, {.address = at(2)}}});
  EXPECT_EQ(picked(), std::set<std::string>{"10.0.0.2:80"});
}

TEST_F(ClusterStateTest, uses_the_next_priority_only_when_the_first_has_nobody) {
  take({.endpoints = {{.address = at(1)}, {.address = at(2), .priority = 1}}});
  EXPECT_EQ(picked(), std::set<std::string>{"10.0.0.1:80"});
  take({.endpoints = {{.address = at(1), .is_healthy = false}, {.address = at(2), .priority = 1}}});
  EXPECT_EQ(picked(), std::set<std::string>{"10.0.0.2:80"});
}

TEST_F(ClusterStateTest, avoids_what_was_tried_while_it_may_pick_anew) {
  take({.endpoints = {{.address = at(1)}, {.address = at(2)}}});
  const std::vector<EndpointRef> tried = {state_.endpoints()[0]};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(pick(tried)->text, "10.0.0.2:80");
}

TEST_F(ClusterStateTest, finds_an_untried_endpoint_even_if_a_dead_one_is_the_least_busy) {
  config_->balancing = decide::Balancing::least_request;
  take({.endpoints = {{.address = at(1)}, {.address = at(2)}, {.address = at(3)}}});
  for (const int busy : {1, 2}) state_.endpoints()[static_cast<size_t>(busy)]->active_requests = 9;
  const std::vector<EndpointRef> tried = {state_.endpoints()[0]};
  for (int i = 0; i < 1000; ++i) EXPECT_NE(pick(tried).get(), tried[0].get());
}

TEST_F(ClusterStateTest, picks_what_was_tried_when_there_is_nothing_else) {
  take({.endpoints = {{.address = at(1)}}});
  const std::vector<EndpointRef> tried = {state_.endpoints()[0]};
  EXPECT_EQ(pick(tried)->text, "10.0.0.1:80");
}

TEST_F(ClusterStateTest, makes_endpoints_of_dialled_addresses_and_forgets_them_unused) {
  EndpointRef dialled = state_.endpoint_at(at(9));
  const EndpointId id = dialled->id;
  EXPECT_EQ(state_.endpoint_at(at(9)).get(), dialled.get());
  state_.forget_unused();
  EXPECT_EQ(state_.endpoint_at(at(9)).get(), dialled.get());
  dialled = {};
  state_.forget_unused();
  EXPECT_EQ(state_.endpoint_at(at(8))->id, id);  // the id is free again
}

TEST_F(ClusterStateTest, reports_an_endpoint_with_too_many_errors_in_a_row_and_nothing_else) {
  config_->outlier_detection.emplace().consecutive_5xx = 2;
  take_counted({.endpoints = {{.address = at(1)}}});
  Endpoint& endpoint = *state_.endpoints()[0];
  for (const auto& status : std::vector<std::optional<uint16_t>>{200, 503, 404, std::nullopt, 500, 500, 200})
    state_.observe(endpoint, {.status = status});
  EXPECT_EQ(reports_.texts, std::vector<std::string>{"10.0.0.1:80"});
  EXPECT_EQ(endpoint.successes, 3);
  EXPECT_EQ(endpoint.failures, 4);
}

TEST_F(ClusterStateTest, counts_errors_together_with_the_other_shards) {
  config_->outlier_detection.emplace().consecutive_5xx = 3;
  ClusterState other{ids_, {}, &reports_};
  other.configure(config_);
  other.take(take_counted({.endpoints = {{.address = at(1)}}}), random_);
  const auto fail = [](ClusterState& shard, uint16_t status) {
    shard.observe(*shard.endpoints()[0], {.status = status});
  };
  for (int i = 0; i < 5; ++i) {  // a success anywhere ends the row
    fail(state_, 500);
    fail(other, 500);
    fail(other, 200);
  }
  EXPECT_TRUE(reports_.texts.empty());
  fail(state_, 500);
  fail(other, 500);
  fail(state_, 500);
  EXPECT_EQ(reports_.texts, std::vector<std::string>{"10.0.0.1:80"});
}

TEST_F(ClusterStateTest, reports_its_first_connection_where_there_are_health_checks) {
  state_.count_connection();
  EXPECT_TRUE(reports_.texts.empty());
  config_->health_check = std::make_shared<decide::HealthCheck>();
  state_.count_connection();
  state_.count_connection();
  EXPECT_EQ(reports_.texts, std::vector<std::string>{"first connection"});
  EXPECT_EQ(state_.in_use.connections, 3);
}

TEST_F(ClusterStateTest, reports_nothing_without_outlier_detection) {
  take({.endpoints = {{.address = at(1)}}});
  state_.observe(*state_.endpoints()[0], {.status = 503});
  EXPECT_TRUE(reports_.texts.empty());
}

TEST_F(ClusterStateTest, learns_latencies_where_balancing_goes_by_them) {
  config_->balancing = decide::Balancing::peak_ewma;
  take({.endpoints = {{.address = at(1)}}});
  Endpoint& endpoint = *state_.endpoints()[0];
  state_.observe(endpoint, {.at = Time{}, .status = 200, .took = std::chrono::milliseconds(70)});
  EXPECT_EQ(endpoint.latency.at(Time{}, config_->peak_ewma), 70e6);
}

TEST_F(ClusterStateTest, allows_retries_by_the_budget_where_there_is_one) {
  config_->limits.retries_max = 5;
  state_.configure(config_);
  EXPECT_EQ(state_.retries_allowed(), 5);
  config_->limits.retry_budget = decide::RetryBudget{.share = 0.2, .always = 3};
  state_.configure(config_);
  EXPECT_EQ(state_.retries_allowed(), 3);
  state_.in_use.requests = 80;
  state_.in_use.pending = 20;
  EXPECT_EQ(state_.retries_allowed(), 20);
}

TEST(ShardShare, never_adds_up_to_more_than_the_limit) {
  for (const uint32_t limit : {0U, 1U, 5U, 100U, UINT32_MAX}) {
    uint64_t sum = 0;
    for (uint32_t shard = 0; shard < 4; ++shard) sum += ShardShare{shard, 4}.of(limit);
    EXPECT_EQ(sum, limit);
  }
}

}  // namespace
}  // namespace weft::proxy
