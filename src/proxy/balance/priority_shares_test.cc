#include "proxy/balance/priority_shares.h"

#include <gtest/gtest.h>

namespace weft::proxy {
namespace {

std::vector<uint32_t> percents(std::vector<PriorityHealth> priorities, ShareRules rules = {}) {
  std::vector<uint32_t> result;
  for (const auto& share : share_among(priorities, rules)) result.push_back(share.percent);
  return result;
}
std::vector<bool> panics(std::vector<PriorityHealth> priorities, ShareRules rules = {}) {
  std::vector<bool> result;
  for (const auto& share : share_among(priorities, rules)) result.push_back(share.is_panicking);
  return result;
}
using Percents = std::vector<uint32_t>;
using Panics = std::vector<bool>;

TEST(PriorityShares, the_first_priority_takes_all_while_enough_of_it_is_healthy) {
  EXPECT_EQ(percents({{4, 4}, {4, 4}}), (Percents{100, 0}));
  EXPECT_EQ(percents({{4, 3}, {4, 4}}), (Percents{100, 0}));  // 75 % of 140 % is more than all
}

TEST(PriorityShares, spills_over_by_the_share_that_is_missing) {
  EXPECT_EQ(percents({{4, 2}, {4, 4}}), (Percents{70, 30}));
  EXPECT_EQ(percents({{4, 1}, {4, 4}}), (Percents{35, 65}));
  EXPECT_EQ(percents({{4, 0}, {4, 4}}), (Percents{0, 100}));
  EXPECT_EQ(percents({{4, 1}, {4, 1}, {4, 4}}), (Percents{35, 35, 30}));
}

TEST(PriorityShares, scales_up_when_all_together_cannot_take_everything) {
  EXPECT_EQ(percents({{4, 1}, {4, 1}}, {.panic_percent = 0}), (Percents{50, 50}));
  EXPECT_EQ(percents({{3, 1}, {2, 0}, {6, 1}}, {.panic_percent = 0}), (Percents{67, 0, 33}));
}

TEST(PriorityShares, gives_the_first_what_rounding_leaves_over) {
  EXPECT_EQ(percents({{10, 1}, {10, 1}, {10, 1}}, {.panic_percent = 0}), (Percents{34, 33, 33}));
}

TEST(PriorityShares, nobody_panics_while_the_priorities_can_take_everything_together) {
  EXPECT_EQ(panics({{4, 1}, {4, 4}}), (Panics{false, false}));
}

TEST(PriorityShares, a_priority_panics_when_it_is_too_ill_and_the_others_cannot_help) {
  EXPECT_EQ(panics({{10, 1}, {10, 5}}), (Panics{true, false}));
  EXPECT_EQ(panics({{10, 4}}), (Panics{true}));
  EXPECT_EQ(panics({{10, 5}}), (Panics{false}));
}

TEST(PriorityShares, shares_by_the_number_of_endpoints_when_all_panic) {
  EXPECT_EQ(percents({{3, 0}, {1, 0}}), (Percents{75, 25}));
  EXPECT_EQ(panics({{3, 0}, {1, 0}}), (Panics{true, true}));
}

TEST(PriorityShares, without_panic_nobody_serves_when_nobody_is_healthy) {
  EXPECT_EQ(percents({{3, 0}, {1, 0}}, {.panic_percent = 0}), (Percents{100, 0}));
  EXPECT_EQ(panics({{3, 0}, {1, 0}}, {.panic_percent = 0}), (Panics{false, false}));
}

TEST(PriorityShares, obeys_another_overprovisioning) {
  EXPECT_EQ(percents({{4, 3}, {4, 4}}, {.overprovisioning_percent = 100}), (Percents{75, 25}));
}

TEST(PriorityShares, an_empty_priority_takes_nothing) {
  EXPECT_EQ(percents({{0, 0}, {2, 2}}), (Percents{0, 100}));
  EXPECT_EQ(percents({}), Percents{});
}

}  // namespace
}  // namespace weft::proxy
