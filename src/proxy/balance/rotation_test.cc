#include "proxy/balance/rotation.h"

#include <gtest/gtest.h>

#include "proxy/balance/rotation_for_test.h"

namespace weft::proxy {
namespace {

using decide::Balancing;
using Positions = std::vector<uint32_t>;

std::vector<EndpointStanding> failing(size_t count, const Positions& positions,
                                      HealthFlag flag = HealthFlag::failed_outlier_check) {
  std::vector<EndpointStanding> standings(count);
  for (const uint32_t position : positions) standings[position].flags.set(flag);
  return standings;
}
std::shared_ptr<decide::Cluster> cluster(uint32_t panic_percent = 0) {
  auto made = cluster_with(Balancing::round_robin);
  made->panic_percent = panic_percent;
  return made;
}

TEST(Rotation, has_nobody_for_an_empty_set) {
  EXPECT_TRUE(make_rotation(cluster(), endpoints(0))->tiers.empty());
}

TEST(Rotation, leaves_out_who_is_not_healthy) {
  const auto rotation = make_rotation(cluster(), endpoints(3), failing(3, {1}));
  ASSERT_EQ(rotation->tiers.size(), 1);
  EXPECT_EQ(rotation->tiers[0].groups.at(0).members, (Positions{0, 2}));
}

TEST(Rotation, leaves_out_whom_the_control_plane_calls_unhealthy_and_says_so) {
  const auto set = endpoints(2);
  set->endpoints[0].is_healthy = false;
  const auto rotation = make_rotation(cluster(), set);
  EXPECT_EQ(rotation->tiers[0].groups.at(0).members, Positions{1});
  EXPECT_EQ(rotation->standings[0].flags.to_string(), "/failed_eds_health");
  EXPECT_EQ(rotation->standings[1].flags.to_string(), "healthy");
}

TEST(Rotation, has_no_group_when_nobody_is_healthy_and_panic_is_off) {
  const auto rotation = make_rotation(cluster(), endpoints(2), failing(2, {0, 1}));
  EXPECT_TRUE(rotation->tiers[0].groups.empty());
}

TEST(Rotation, uses_everybody_in_a_panic) {
  const auto rotation = make_rotation(cluster(50), endpoints(3), failing(3, {0, 1}));
  EXPECT_TRUE(rotation->tiers[0].share.is_panicking);
  EXPECT_EQ(rotation->tiers[0].groups.at(0).members, (Positions{0, 1, 2}));
}

TEST(Rotation, splits_by_priority_and_spills_over) {
  const auto set = endpoints(4);
  set->endpoints[2].priority = set->endpoints[3].priority = 1;
  const auto rotation = make_rotation(cluster(), set, failing(4, {0}));
  ASSERT_EQ(rotation->tiers.size(), 2);
  EXPECT_EQ(rotation->tiers[0].share.percent, 70);
  EXPECT_EQ(rotation->tiers[1].share.percent, 30);
  EXPECT_EQ(rotation->tiers[1].groups.at(0).members, (Positions{2, 3}));
}

TEST(Rotation, keeps_running_sums_only_where_weights_differ) {
  EXPECT_TRUE(make_rotation(cluster(), endpoints_with({4, 4}))->tiers[0].groups[0].weights_up_to.empty());
  EXPECT_EQ(make_rotation(cluster(), endpoints_with({4, 1}))->tiers[0].groups[0].weights_up_to,
            (std::vector<uint64_t>{4, 5}));
}

// Two localities of two endpoints each, with weights 80 and 20.
std::shared_ptr<decide::EndpointSet> two_localities() {
  auto set = endpoints(4);
  set->localities = {{.zone = "a", .weight = 80}, {.zone = "b", .weight = 20}};
  set->endpoints[2].locality = set->endpoints[3].locality = 1;
  return set;
}

TEST(Rotation, disregards_localities_unless_they_are_weighed) {
  EXPECT_EQ(make_rotation(cluster(), two_localities())->tiers[0].groups.size(), 1);
}

TEST(Rotation, weighs_localities_whatever_the_number_of_their_endpoints) {
  auto weighing = cluster();
  weighing->weighs_localities = true;
  const auto rotation = make_rotation(weighing, two_localities());
  ASSERT_EQ(rotation->tiers[0].groups.size(), 2);
  EXPECT_EQ(rotation->tiers[0].groups[0].weight, 80);
  EXPECT_EQ(rotation->tiers[0].groups[1].weight, 20);
}

TEST(Rotation, a_locality_loses_weight_when_too_few_of_it_are_healthy) {
  auto weighing = cluster();
  weighing->weighs_localities = true;
  const auto rotation = make_rotation(weighing, two_localities(), failing(4, {0}));
  EXPECT_DOUBLE_EQ(rotation->tiers[0].groups[0].weight, 80 * 0.5 * 1.4);
  EXPECT_EQ(rotation->tiers[0].groups[0].members, Positions{1});
}

TEST(Rotation, a_locality_with_nobody_or_without_weight_gets_nothing) {
  auto weighing = cluster();
  weighing->weighs_localities = true;
  const auto rotation = make_rotation(weighing, two_localities(), failing(4, {0, 1}));
  ASSERT_EQ(rotation->tiers[0].groups.size(), 1);
  EXPECT_EQ(rotation->tiers[0].groups[0].members, (Positions{2, 3}));
  const auto unweighed = two_localities();
  unweighed->localities[1].weight = 0;
  EXPECT_EQ(make_rotation(weighing, unweighed)->tiers[0].groups.size(), 1);
}

TEST(Rotation, falls_back_on_all_when_no_locality_has_a_weight) {
  auto weighing = cluster();
  weighing->weighs_localities = true;
  const auto set = two_localities();
  for (auto& locality : set->localities) locality.weight = 0;
  EXPECT_EQ(make_rotation(weighing, set)->tiers[0].groups.at(0).members.size(), 4);
}

TEST(Rotation, has_a_table_of_the_healthy_for_consistent_hashing) {
  for (const auto balancing : {Balancing::ring_hash, Balancing::maglev}) {
    const auto rotation = make_rotation(cluster_with(balancing), endpoints(3), failing(3, {1}));
    ASSERT_NE(rotation->tiers[0].table, nullptr);
    EXPECT_TRUE(rotation->tiers[0].groups.empty());
    for (uint64_t hash = 0; hash < 100; ++hash) EXPECT_NE(rotation->tiers[0].table->find(hash << 57, 0), 1);
  }
}

TEST(Rotation, knows_until_when_somebody_is_new) {
  const auto warming = cluster();
  warming->slow_start = decide::SlowStart{.window = std::chrono::seconds(10)};
  std::vector<EndpointStanding> standings(2);
  EXPECT_EQ(make_rotation(warming, endpoints(2), standings)->slow_start_ends, Time::min());
  standings[1].in_service_since = Time(std::chrono::seconds(5));
  EXPECT_EQ(make_rotation(warming, endpoints(2), standings)->slow_start_ends, Time(std::chrono::seconds(15)));
}

TEST(HealthFlags, are_printed_as_envoy_does) {
  HealthFlags flags;
  EXPECT_EQ(flags.to_string(), "healthy");
  flags.set(HealthFlag::failed_outlier_check);
  flags.set(HealthFlag::failed_active_check);
  EXPECT_EQ(flags.to_string(), "/failed_active_hc/failed_outlier_check");
}

}  // namespace
}  // namespace weft::proxy
