#include "proxy/health/check_record.h"

#include <gtest/gtest.h>

namespace weft::proxy {
namespace {

using namespace std::chrono_literals;
using Effect = CheckRecord::Effect;
using enum CheckResult;

// Two successes bring an endpoint back, three silences take it out; every interval has a length of its own.
decide::HealthCheck settings() {
  decide::HealthCheck check;
  check.healthy_threshold = 2;
  check.unhealthy_threshold = 3;
  check.interval = 10s;
  check.unhealthy_interval = 20s;
  check.healthy_edge_interval = 1s;
  check.unhealthy_edge_interval = 2s;
  check.no_traffic_interval = 60s;
  check.no_traffic_healthy_interval = 90s;
  return check;
}

class CheckRecordTest : public testing::Test {
 protected:
  std::vector<Effect> note(std::initializer_list<CheckResult> results) {
    std::vector<Effect> effects;
    for (const CheckResult result : results) effects.push_back(record_.note(result, check_));
    return effects;
  }
  using Effects = std::vector<Effect>;

  decide::HealthCheck check_ = settings();
  CheckRecord record_;
};

TEST_F(CheckRecordTest, the_first_success_is_enough) {
  EXPECT_FALSE(record_.is_decided());
  EXPECT_EQ(note({passed}), Effects{Effect::changed});
  EXPECT_TRUE(record_.is_passing() && record_.is_decided());
}

TEST_F(CheckRecordTest, after_a_failure_several_successes_in_a_row_are_needed) {
  EXPECT_EQ(note({unanswered, passed, unanswered, passed, passed}),
            (Effects{Effect::none, Effect::pending, Effect::none, Effect::pending, Effect::changed}));
  EXPECT_TRUE(record_.is_passing());
}

TEST_F(CheckRecordTest, silence_counts_after_several_in_a_row) {
  EXPECT_EQ(note({passed, unanswered, unanswered, passed, unanswered, unanswered, unanswered}),
            (Effects{Effect::changed, Effect::pending, Effect::pending, Effect::none, Effect::pending, Effect::pending,
                     Effect::changed}));
  EXPECT_FALSE(record_.is_passing());
}

TEST_F(CheckRecordTest, a_refusal_counts_at_once) {
  EXPECT_EQ(note({passed, refused, refused}), (Effects{Effect::changed, Effect::changed, Effect::none}));
  EXPECT_FALSE(record_.is_passing());
}

TEST_F(CheckRecordTest, who_was_in_service_stays_until_its_results_say_otherwise) {
  record_ = CheckRecord(true);
  EXPECT_EQ(note({unanswered, unanswered, unanswered}), (Effects{Effect::pending, Effect::pending, Effect::changed}));
}

TEST_F(CheckRecordTest, the_next_check_comes_sooner_while_a_change_is_pending) {
  Random random(1);
  const auto after = [&](CheckResult result, Effect effect) {
    return next_check(check_, result, effect, Traffic::some, random);
  };
  EXPECT_EQ(after(passed, Effect::none), 10s);
  EXPECT_EQ(after(passed, Effect::changed), 10s);
  EXPECT_EQ(after(passed, Effect::pending), 1s);
  EXPECT_EQ(after(unanswered, Effect::pending), 2s);
  EXPECT_EQ(after(unanswered, Effect::changed), 20s);
  EXPECT_EQ(after(refused, Effect::none), 20s);
}

TEST_F(CheckRecordTest, checks_are_rare_before_the_first_connection) {
  Random random(1);
  EXPECT_EQ(next_check(check_, passed, Effect::none, Traffic::none, random), 90s);
  EXPECT_EQ(next_check(check_, passed, Effect::pending, Traffic::none, random), 60s);
  EXPECT_EQ(next_check(check_, unanswered, Effect::none, Traffic::none, random), 60s);
}

TEST_F(CheckRecordTest, jitter_only_lengthens) {
  Random random(1);
  check_.interval_jitter_percent = 50;
  check_.interval_jitter = 1s;
  Duration shortest = 1h, longest{};
  for (int i = 0; i < 1000; ++i) {
    const Duration next = next_check(check_, passed, Effect::none, Traffic::some, random);
    shortest = std::min(shortest, next);
    longest = std::max(longest, next);
  }
  EXPECT_GE(shortest, 10s);
  EXPECT_LT(shortest, 11s);
  EXPECT_GT(longest, 15s);
  EXPECT_LT(longest, 16s);
  EXPECT_EQ(first_check(check_, random), Duration::zero());
  check_.initial_jitter = 3s;
  EXPECT_LT(first_check(check_, random), 3s);
}

TEST_F(CheckRecordTest, an_interval_is_never_nothing) {
  Random random(1);
  check_.interval = Duration::zero();
  EXPECT_EQ(next_check(check_, passed, Effect::none, Traffic::some, random), 1ms);
}

}  // namespace
}  // namespace weft::proxy
