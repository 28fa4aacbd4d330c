#include "proxy/balance/picker.h"

#include <map>

#include <gtest/gtest.h>

#include "proxy/balance/cluster_state.h"
#include "proxy/balance/rotation_for_test.h"

namespace weft::proxy {
namespace {

using decide::Balancing;
using std::chrono::milliseconds;
using std::chrono::seconds;

class PickerTest : public testing::Test {
 protected:
  void use(const RotationPtr& rotation) {
    state_.take(rotation, random_);
    picker_.use(rotation, state_.endpoints(), random_);
  }
  void use(Balancing balancing, const std::vector<uint32_t>& weights) {
    use(make_rotation(cluster_with(balancing), endpoints_with(weights)));
  }
  // Its number, from 1; 0 for nobody.
  int pick(std::optional<uint64_t> hash = {}, uint32_t attempt = 0) {
    const Endpoint* picked = picker_.pick({.random = random_, .now = now_, .hash = hash}, attempt);
    return picked == nullptr ? 0 : picked->address.ip.bytes[15];
  }
  std::map<int, int> pick_many(int times) {
    std::map<int, int> counts;
    for (int i = 0; i < times; ++i) ++counts[pick()];
    return counts;
  }
  Endpoint& endpoint(int number) { return *state_.endpoints()[static_cast<size_t>(number - 1)]; }

  EndpointIds ids_;
  ClusterState state_{ids_, {}};
  Picker picker_;
  Random random_{7};
  Time now_{seconds(1000)};
};

TEST_F(PickerTest, picks_nobody_before_there_is_anybody) {
  EXPECT_EQ(pick(), 0);
  use(Balancing::round_robin, {});
  EXPECT_EQ(pick(), 0);
}

TEST_F(PickerTest, gives_each_its_turn) {
  use(Balancing::round_robin, {1, 1, 1});
  EXPECT_EQ(pick_many(9), (std::map<int, int>{{1, 3}, {2, 3}, {3, 3}}));
}

TEST_F(PickerTest, gives_turns_by_weight) {
  use(Balancing::round_robin, {3, 1});
  EXPECT_EQ(pick_many(40), (std::map<int, int>{{1, 30}, {2, 10}}));
}

TEST_F(PickerTest, draws_by_weight) {
  use(Balancing::random, {9, 1});
  EXPECT_NEAR(pick_many(10'000)[2], 1000, 120);
}

TEST_F(PickerTest, shares_idle_endpoints_evenly_when_it_looks_for_the_less_busy) {
  use(Balancing::least_request, {1, 1});
  EXPECT_NEAR(pick_many(10'000)[1], 5000, 250);
}

TEST_F(PickerTest, prefers_the_less_busy_of_two) {
  use(Balancing::least_request, {1, 1});
  endpoint(1).active_requests = 5;
  EXPECT_LT(pick_many(10'000)[1], 50);  // only where all draws fall on it
}

TEST_F(PickerTest, measures_load_by_weight) {
  use(Balancing::least_request, {4, 1});
  endpoint(1).active_requests = 3;
  endpoint(2).active_requests = 1;
  EXPECT_EQ(pick_many(1000)[2], 0);
}

TEST_F(PickerTest, prefers_the_faster_of_two) {
  use(Balancing::peak_ewma, {1, 1});
  endpoint(1).latency.observe(milliseconds(100), LatencyEstimate::Seen::answer, now_, {});
  endpoint(2).latency.observe(milliseconds(1), LatencyEstimate::Seen::answer, now_, {});
  EXPECT_LT(pick_many(10'000)[1], 50);
  now_ += seconds(100);  // nobody asked it: it is tried again
  endpoint(2).latency.observe(milliseconds(1), LatencyEstimate::Seen::answer, now_, {});
  EXPECT_GT(pick_many(10'000)[1], 9950);
}

TEST_F(PickerTest, a_fast_endpoint_that_is_busy_costs_as_much_as_a_slow_one) {
  use(Balancing::peak_ewma, {1, 1});
  endpoint(1).latency.observe(milliseconds(10), LatencyEstimate::Seen::answer, now_, {});
  endpoint(2).latency.observe(milliseconds(1), LatencyEstimate::Seen::answer, now_, {});
  endpoint(2).active_requests = 10;
  EXPECT_GT(pick_many(10'000)[1], 9950);
}

TEST_F(PickerTest, a_key_stays_with_its_endpoint) {
  for (const auto balancing : {Balancing::ring_hash, Balancing::maglev}) {
    use(balancing, {1, 1, 1});
    for (uint64_t key = 0; key < 50; ++key) {
      const int home = pick(key << 56);
      for (int i = 0; i < 5; ++i) EXPECT_EQ(pick(key << 56), home);
    }
  }
}

TEST_F(PickerTest, without_a_key_consistent_hashing_draws) {
  use(Balancing::maglev, {1, 1});
  EXPECT_NEAR(pick_many(10'000)[1], 5000, 300);
}

// Envoy's previous_priorities.
TEST_F(PickerTest, leaves_out_priorities_that_were_tried_while_there_is_another) {
  const auto set = endpoints(3);
  set->endpoints[1].priority = 1;
  set->endpoints[2].priority = 2;
  use(make_rotation(cluster_with(Balancing::round_robin), set));
  const auto without = [&](uint64_t priorities) {
    return picker_.pick({.random = random_, .now = now_, .left_priorities = priorities})->address.ip.bytes[15];
  };
  EXPECT_EQ(without(0b000), 1);
  EXPECT_EQ(without(0b001), 2);
  EXPECT_EQ(without(0b011), 3);
  EXPECT_EQ(without(0b111), 1);  // all were tried: from the start
}

TEST_F(PickerTest, spills_over_to_the_next_priority_by_its_share) {
  const auto set = endpoints(4);
  set->endpoints[2].priority = set->endpoints[3].priority = 1;
  std::vector<EndpointStanding> standings(4);
  standings[0].flags.set(HealthFlag::failed_active_check);
  use(make_rotation(cluster_with(Balancing::round_robin), set, standings));
  auto counts = pick_many(10'000);
  EXPECT_NEAR(counts[2], 7000, 250);
  EXPECT_NEAR(counts[3], 1500, 150);
  EXPECT_EQ(counts[1], 0);
}

TEST_F(PickerTest, shares_by_the_weights_of_localities) {
  auto weighing = cluster_with(Balancing::round_robin);
  weighing->weighs_localities = true;
  const auto set = endpoints(3);
  set->localities = {{.zone = "a", .weight = 90}, {.zone = "b", .weight = 10}};
  set->endpoints[1].locality = set->endpoints[2].locality = 1;
  use(make_rotation(weighing, set));
  EXPECT_EQ(pick_many(1000), (std::map<int, int>{{1, 900}, {2, 50}, {3, 50}}));
}

// The share of a second endpoint that came into service just now, as the window passes.
class SlowStartTest : public PickerTest, public testing::WithParamInterface<Balancing> {};

TEST_P(SlowStartTest, the_share_of_a_new_endpoint_grows_over_the_window) {
  const auto warming = cluster_with(GetParam());
  warming->slow_start = decide::SlowStart{.window = seconds(10)};
  std::vector<EndpointStanding> standings(2);
  standings[1].in_service_since = now_;
  use(make_rotation(warming, endpoints(2), standings));
  const auto share = [&] { return pick_many(10'000)[2] / 10'000.0; };
  EXPECT_NEAR(share(), 0.1 / 1.1, 0.02);
  now_ += seconds(5);
  EXPECT_NEAR(share(), 0.5 / 1.5, 0.03);
  now_ += seconds(5);
  EXPECT_NEAR(share(), 0.5, 0.03);
}

INSTANTIATE_TEST_SUITE_P(Policies, SlowStartTest, testing::Values(Balancing::round_robin, Balancing::least_request),
                         [](const auto& kind) { return kind.param == Balancing::round_robin ? "round" : "least"; });

TEST(SlowStart, grows_faster_at_first_with_more_aggression) {
  decide::SlowStart start{.window = seconds(100), .aggression = 2, .share_min = 0.1};
  EXPECT_DOUBLE_EQ(start.share_after(seconds(25)), 0.5);
  EXPECT_DOUBLE_EQ(start.share_after(seconds(100)), 1);
  EXPECT_DOUBLE_EQ(start.share_after(seconds(0)), 0.1);
  start.share_min = 0.6;
  EXPECT_DOUBLE_EQ(start.share_after(seconds(25)), 0.6);
  start = {.window = seconds(100), .share_min = 0};
  EXPECT_GT(start.share_after(seconds(0)), 0);
}

}  // namespace
}  // namespace weft::proxy
