#include "proxy/balance/picker.h"

#include <map>

#include <gtest/gtest.h>

#include "proxy/balance/cluster_state.h"

namespace weft::proxy {
namespace {

// Endpoints 10.0.0.1, .2 ... with these weights, and a picker that uses them.
class PickerTest : public testing::Test {
 protected:
  void use(std::vector<uint32_t> weights) {
    for (size_t i = 0; i < weights.size(); ++i) {
      const decide::SocketAddress address{*decide::IpAddress::parse("10.0.0." + std::to_string(i + 1)), 80};
      endpoints_.push_back(EndpointRef::make(ids_, state_, address));
      endpoints_.back()->weight = weights[i];
    }
    picker_.use(endpoints_);
  }
  std::map<std::string, int> pick(decide::Balancing balancing, int times) {
    decide::Cluster cluster;
    cluster.balancing = balancing;
    std::map<std::string, int> counts;
    for (int i = 0; i < times; ++i) ++counts[picker_.pick(cluster, random_)->text];
    return counts;
  }

  EndpointIds ids_;
  ClusterState state_{ids_, {}};
  std::vector<EndpointRef> endpoints_;
  Picker picker_;
  Random random_{7};
};

TEST_F(PickerTest, gives_each_its_turn) {
  use({1, 1, 1});
  const auto counts = pick(decide::Balancing::round_robin, 9);
  for (const auto& [endpoint, count] : counts) EXPECT_EQ(count, 3) << endpoint;
  EXPECT_EQ(counts.size(), 3);
}

TEST_F(PickerTest, gives_turns_by_weight_and_spreads_them) {
  use({3, 1});
  std::string order;
  decide::Cluster cluster;
  for (int i = 0; i < 8; ++i) order += picker_.pick(cluster, random_)->text.at(7);
  EXPECT_EQ(order, "11211121");
}

TEST_F(PickerTest, draws_by_weight) {
  use({9, 1});
  auto counts = pick(decide::Balancing::random, 10'000);
  EXPECT_NEAR(counts["10.0.0.2:80"], 1000, 120);
}

TEST_F(PickerTest, shares_idle_endpoints_evenly_when_it_looks_for_the_less_busy) {
  use({1, 1});
  auto counts = pick(decide::Balancing::least_request, 10'000);
  EXPECT_NEAR(counts["10.0.0.2:80"], 5000, 200);
}

TEST_F(PickerTest, prefers_the_less_busy_of_two) {
  use({1, 1});
  endpoints_[0]->active_requests = 5;
  auto counts = pick(decide::Balancing::least_request, 1000);
  EXPECT_NEAR(counts["10.0.0.1:80"], 250, 60);  // only when it was drawn twice
}

TEST_F(PickerTest, measures_load_by_weight) {
  use({10, 1});
  endpoints_[0]->active_requests = 5;
  endpoints_[1]->active_requests = 1;
  auto counts = pick(decide::Balancing::least_request, 1000);
  EXPECT_GT(counts["10.0.0.1:80"], 950);
}

TEST_F(PickerTest, has_no_choice_among_one) {
  use({5});
  EXPECT_EQ(pick(decide::Balancing::least_request, 3).size(), 1);
}

}  // namespace
}  // namespace weft::proxy
