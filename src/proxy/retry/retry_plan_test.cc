#include "proxy/retry/retry_plan.h"

#include <gtest/gtest.h>

namespace weft::proxy {
namespace {

decide::RetryPolicy policy(std::string_view retry_on, uint32_t retries = 2) {
  decide::RetryPolicy made;
  made.add_conditions(retry_on);
  made.retries_max = retries;
  return made;
}

class RetryPlanTest : public testing::Test {
 protected:
  RetryPlanTest() { cluster_.configure(std::make_shared<decide::Cluster>()); }

  bool retries(std::string_view retry_on, const Attempt& attempt, bool is_idempotent = true) {
    const auto chosen = policy(retry_on);
    RetryPlan plan(chosen, is_idempotent);
    return plan.should_retry(attempt, true, cluster_);
  }
  bool retries_status(std::string_view retry_on, uint16_t status) {
    http::ResponseHead response;
    response.status = status;
    return retries(retry_on, {.response = &response});
  }

  EndpointIds ids_;
  ClusterState cluster_{ids_, {}};
};

constexpr Attempt kNotConnected{.stage = Stage::connecting};
constexpr Attempt kLost{.stage = Stage::exchanging, .nothing_read = false};
constexpr Attempt kStale{
    .stage = Stage::exchanging, .nothing_read = false, .on_reused_connection = true, .died_unanswered = true};

TEST_F(RetryPlanTest, without_conditions_tries_once) {
  EXPECT_FALSE(retries("", kNotConnected));
  EXPECT_FALSE(retries("", kLost));
  EXPECT_FALSE(retries_status("", 503));
}

TEST_F(RetryPlanTest, says_why_there_is_no_further_attempt) {
  const auto refusal = [&](const decide::RetryPolicy& chosen, const Attempt& attempt, bool is_idempotent = true,
                           bool can_replay = true) {
    RetryPlan plan(chosen, is_idempotent);
    while (plan.should_retry(attempt, can_replay, cluster_)) {
    }
    return plan.refusal();
  };
  EXPECT_EQ(refusal(policy("connect-failure"), kNotConnected), "used_up");
  EXPECT_EQ(refusal(policy("", 0), kNotConnected), "no_retries");
  EXPECT_EQ(refusal(policy("connect-failure"), kLost), "not_covered");
  EXPECT_EQ(refusal(policy("connect-failure"), kStale, false), "not_repeatable");
  EXPECT_EQ(refusal(policy("reset"), kStale, false), "used_up");
  EXPECT_EQ(refusal(policy("connect-failure"), kNotConnected, true, false), "body_sent");
  EXPECT_EQ(refusal(policy("connect-failure"), {.stage = Stage::choosing}), "");
  cluster_.in_use.retries = 100;
  EXPECT_EQ(refusal(policy("connect-failure"), kNotConnected), "over_budget");
}

TEST_F(RetryPlanTest, of_the_mesh_retries_what_was_not_connected_and_no_status) {
  constexpr std::string_view kDefault = "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes";
  EXPECT_TRUE(retries(kDefault, kNotConnected));
  EXPECT_FALSE(retries(kDefault, kLost));
  EXPECT_FALSE(retries_status(kDefault, 503));
}

TEST_F(RetryPlanTest, takes_a_new_connection_that_died_for_one_that_failed_if_the_method_allows) {
  const Attempt died{.stage = Stage::exchanging, .nothing_read = false, .died_unanswered = true};
  EXPECT_TRUE(retries("connect-failure", died));
  EXPECT_FALSE(retries("connect-failure", died, /*is_idempotent=*/false));
  EXPECT_FALSE(retries("refused-stream", died));
}

TEST_F(RetryPlanTest, knows_statuses_by_group_and_by_number) {
  EXPECT_TRUE(retries_status("5xx", 500));
  EXPECT_FALSE(retries_status("5xx", 404));
  EXPECT_TRUE(retries_status("gateway-error", 502));
  EXPECT_FALSE(retries_status("gateway-error", 500));
  EXPECT_TRUE(retries_status("retriable-4xx", 409));
  EXPECT_FALSE(retries_status("retriable-4xx", 404));
  auto listed = policy("retriable-status-codes");
  listed.status_codes = {418};
  http::ResponseHead tea;
  tea.status = 418;
  EXPECT_TRUE(RetryPlan(listed, true).should_retry({.response = &tea}, true, cluster_));
}

TEST_F(RetryPlanTest, takes_a_missing_response_for_a_server_error) {
  EXPECT_TRUE(retries("5xx", kLost));
  EXPECT_TRUE(retries("gateway-error", kLost));
  EXPECT_TRUE(retries("reset", kLost));
}

TEST_F(RetryPlanTest, may_be_limited_to_requests_that_nobody_read) {
  EXPECT_FALSE(retries("reset-before-request", kLost));
  EXPECT_TRUE(retries("reset-before-request", {.stage = Stage::exchanging, .nothing_read = true}));
}

TEST_F(RetryPlanTest, reads_the_grpc_status) {
  http::ResponseHead response;
  response.headers.add("grpc-status", "14");
  EXPECT_TRUE(retries("unavailable", {.response = &response}));
  EXPECT_FALSE(retries("cancelled", {.response = &response}));
}

TEST_F(RetryPlanTest, repeats_what_met_a_closed_kept_connection_whatever_the_policy) {
  EXPECT_TRUE(retries("", kStale));
  EXPECT_FALSE(retries("", kStale, /*is_idempotent=*/false));
  Attempt unread = kStale;
  unread.nothing_read = true;
  EXPECT_TRUE(retries("", unread, /*is_idempotent=*/false));
}

TEST_F(RetryPlanTest, gives_up_on_closed_connections_after_three) {
  const auto none = policy("", 0);
  RetryPlan plan(none, true);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(plan.should_retry(kStale, true, cluster_));
  EXPECT_FALSE(plan.should_retry(kStale, true, cluster_));
}

TEST_F(RetryPlanTest, never_repeats_a_body_that_is_gone) {
  const auto chosen = policy("5xx");
  EXPECT_FALSE(RetryPlan(chosen, true).should_retry(kLost, /*can_replay=*/false, cluster_));
}

TEST_F(RetryPlanTest, does_not_retry_where_there_was_nobody_to_ask) {
  EXPECT_FALSE(retries("5xx", {.stage = Stage::choosing}));
}

TEST_F(RetryPlanTest, counts_its_retries_and_says_when_they_are_used_up) {
  const auto chosen = policy("5xx", 2);
  RetryPlan plan(chosen, true);
  EXPECT_TRUE(plan.should_retry(kLost, true, cluster_));
  EXPECT_TRUE(plan.should_retry(kLost, true, cluster_));
  EXPECT_FALSE(plan.should_retry(kLost, true, cluster_));
  EXPECT_TRUE(plan.is_exhausted());
}

TEST_F(RetryPlanTest, keeps_within_the_retries_that_the_cluster_may_have_at_once) {
  auto config = std::make_shared<decide::Cluster>();
  config->limits.retries_max = 1;
  cluster_.configure(config);
  const auto chosen = policy("5xx");
  {
    RetryPlan first(chosen, true);
    RetryPlan second(chosen, true);
    EXPECT_TRUE(first.should_retry(kLost, true, cluster_));
    EXPECT_FALSE(second.should_retry(kLost, true, cluster_));
  }
  EXPECT_EQ(cluster_.in_use.retries, 0);
}

TEST_F(RetryPlanTest, waits_longer_from_retry_to_retry_within_bounds) {
  const auto chosen = policy("5xx", 10);
  RetryPlan plan(chosen, true);
  Random random(3);
  for (int retry = 1; retry <= 10; ++retry) {
    ASSERT_TRUE(plan.should_retry(kLost, true, cluster_));
    const Duration pause = plan.backoff(random);
    EXPECT_LT(pause,
              std::min<Duration>(std::chrono::milliseconds(25) * ((1 << retry) - 1), std::chrono::milliseconds(250)));
  }
  EXPECT_TRUE(plan.should_retry(kStale, true, cluster_));
  EXPECT_EQ(plan.backoff(random), Duration::zero());
}

TEST_F(RetryPlanTest, leaves_answers_of_rate_limits_alone_unless_it_means_them) {
  http::ResponseHead limited;
  limited.status = 503;
  limited.headers.add("x-envoy-ratelimited", "true");
  EXPECT_FALSE(retries("5xx,gateway-error", {.response = &limited}));
  EXPECT_TRUE(retries("envoy-ratelimited", {.response = &limited}));
}

TEST_F(RetryPlanTest, knows_responses_by_their_headers) {
  auto listed = policy("retriable-headers");
  listed.response_headers = {{.name = "x-again", .rule = decide::Presence{}}};
  http::ResponseHead response;
  EXPECT_FALSE(RetryPlan(listed, true).should_retry({.response = &response}, true, cluster_));
  response.headers.add("x-again", "");
  EXPECT_TRUE(RetryPlan(listed, true).should_retry({.response = &response}, true, cluster_));
  listed.conditions = 0;
  EXPECT_FALSE(RetryPlan(listed, true).should_retry({.response = &response}, true, cluster_));
}

TEST_F(RetryPlanTest, takes_what_was_not_delivered_for_a_failure_to_connect) {
  http::ResponseHead response;
  response.status = 503;
  const Attempt undelivered{.was_not_delivered = true, .response = &response};
  EXPECT_TRUE(retries("connect-failure", undelivered));
  EXPECT_FALSE(retries("connect-failure", undelivered, /*is_idempotent=*/false));
  EXPECT_FALSE(retries("reset", undelivered));
}

TEST_F(RetryPlanTest, says_when_the_cluster_refuses_the_retry) {
  auto config = std::make_shared<decide::Cluster>();
  config->limits.retries_max = 0;
  cluster_.configure(config);
  const auto chosen = policy("5xx");
  RetryPlan plan(chosen, true);
  EXPECT_FALSE(plan.should_retry(kLost, true, cluster_));
  EXPECT_TRUE(plan.is_refused());
  EXPECT_FALSE(plan.is_exhausted());
}

}  // namespace
}  // namespace weft::proxy
