// Which endpoints a client prefers for where they run, as Istio's loadbalancer orders them.
#include "control/translate/cluster/nearness.h"

#include <envoy/config/endpoint/v3/endpoint.pb.h>
#include <gtest/gtest.h>

namespace weft::control::translate {
namespace {

using api::istio::LoadBalancer;
using api::istio::LocalityLoadBalancer;
using envoy::config::endpoint::v3::ClusterLoadAssignment;

const model::Labels kClient = {{"istio-locality", "eu.a.1"}, {"version", "v1"}, {"rack", "7"}};

mesh::Endpoint endpoint(const std::string& locality, const model::Labels& labels = {}) {
  mesh::Endpoint endpoint;
  endpoint.labels = labels;
  endpoint.labels["istio-locality"] = locality;
  return endpoint;
}

// A DestinationRule's policy. Most of them eject endpoints, without which nothing fails over.
class NearnessTest : public testing::Test {
 protected:
  Nearness nearness() {
    policy_ = {.load_balancer = &balancer_,
               .outlier_detection = ejects_ ? &outlier_ : nullptr,
               .prefers = prefers_,
               .mesh = &mesh_};
    return {policy_, kClient};
  }
  LocalityLoadBalancer& setting() { return balancer_.locality_lb_setting.emplace(); }
  std::vector<uint32_t> ranks(const std::vector<mesh::Endpoint>& endpoints) {
    std::vector<uint32_t> ranks;
    for (const auto& one : endpoints) ranks.push_back(nearness().rank(one));
    return ranks;
  }
  // "PRIORITY LOCALITY WEIGHT" for each group, of endpoints that weigh so much.
  std::vector<std::string> arranged(const std::vector<std::pair<std::string, uint32_t>>& endpoints) {
    const Nearness near = nearness();
    Nearness::Groups groups;
    for (const auto& [where, weight] : endpoints) {
      const auto one = endpoint(where);
      auto& group = groups[{near.rank(one), mesh::locality_of(one.labels)}];
      group.add_lb_endpoints()->mutable_load_balancing_weight()->set_value(weight);
    }
    ClusterLoadAssignment assignment;
    near.arrange(std::move(groups), assignment);
    std::vector<std::string> lines;
    for (const auto& group : assignment.endpoints()) {
      const auto& at = group.locality();
      lines.push_back(std::to_string(group.priority()) + " " + at.region() + "." + at.zone() + "." + at.sub_zone() +
                      " " + std::to_string(group.load_balancing_weight().value()));
    }
    return lines;
  }

  bool ejects_ = true;
  mesh::Prefers prefers_ = mesh::Prefers::nothing;
  LoadBalancer balancer_;
  api::istio::OutlierDetection outlier_;
  api::istio::MeshConfig mesh_;
  EffectivePolicy policy_;
};

using Ranks = std::vector<uint32_t>;
using Lines = std::vector<std::string>;

TEST_F(NearnessTest, IsBySubzoneZoneAndRegion) {
  EXPECT_EQ(ranks({endpoint("eu.a.1"), endpoint("eu.a.2"), endpoint("eu.b.1"), endpoint("us.a.1"), endpoint("")}),
            (Ranks{0, 1, 2, 3, 3}));
}

TEST_F(NearnessTest, CountsForNothingWithoutOutlierDetection) {
  ejects_ = false;
  EXPECT_EQ(ranks({endpoint("eu.a.1"), endpoint("us.a.1")}), (Ranks{0, 0}));
}

TEST_F(NearnessTest, CountsForNothingWhereItIsTurnedOff) {
  setting().enabled = false;
  EXPECT_EQ(ranks({endpoint("eu.a.1"), endpoint("us.a.1")}), (Ranks{0, 0}));
}

TEST_F(NearnessTest, IsTurnedOffByTheMeshUnlessARuleHasItsOwn) {
  mesh_.locality_lb_setting.emplace().enabled = false;
  EXPECT_EQ(ranks({endpoint("us.a.1")}), Ranks{0});
  setting();
  EXPECT_EQ(ranks({endpoint("us.a.1")}), Ranks{3});
}

TEST_F(NearnessTest, PrefersTheRegionThatFailoverNames) {
  setting().failover = {{.from = "eu", .to = "us"}, {.from = "us", .to = "asia"}};
  EXPECT_EQ(ranks({endpoint("eu.b"), endpoint("us.a"), endpoint("asia.a")}), (Ranks{2, 3, 4}));
}

TEST_F(NearnessTest, OfTwoFailoversOfARegionTheFirstCounts) {
  setting().failover = {{.from = "eu", .to = "us"}, {.from = "eu", .to = "asia"}};
  EXPECT_EQ(ranks({endpoint("us.a"), endpoint("asia.a"), endpoint("")}), (Ranks{3, 4, 4}));
}

TEST_F(NearnessTest, IsByLabelsFromTheFirstOnWhereTheyAreListed) {
  setting().failover_priority = {"version", "rack=9", "topology.kubernetes.io/region"};
  EXPECT_EQ(
      ranks({endpoint("eu", {{"version", "v1"}, {"rack", "9"}}), endpoint("us", {{"version", "v1"}, {"rack", "9"}}),
             endpoint("eu", {{"version", "v1"}, {"rack", "7"}}), endpoint("eu", {{"version", "v2"}, {"rack", "9"}})}),
      (Ranks{0, 1, 2, 3}))
      << "the first that differs ends the comparison";
}

TEST_F(NearnessTest, IsByZoneWhereTheServiceWantsThat) {
  prefers_ = mesh::Prefers::same_zone;
  ejects_ = false;
  EXPECT_EQ(ranks({endpoint("eu.a.1"), endpoint("eu.a.2"), endpoint("eu.b.1"), endpoint("us.a.1")}),
            (Ranks{0, 0, 1, 2}))
      << "needs no outlier detection";
}

TEST_F(NearnessTest, IsByNodeWhereTheServiceWantsThat) {
  prefers_ = mesh::Prefers::same_node;
  const model::Labels elsewhere = {{"kubernetes.io/hostname", "node-2"}};
  EXPECT_EQ(ranks({endpoint("eu.a.1"), endpoint("eu.a.1", elsewhere), endpoint("eu.a.2"), endpoint("eu.b.1")}),
            (Ranks{0, 1, 2, 3}));
}

TEST_F(NearnessTest, IsByARulesWordBeforeTheServicesAndThatBeforeTheMeshs) {
  prefers_ = mesh::Prefers::same_zone;
  mesh_.locality_lb_setting.emplace().enabled = false;
  EXPECT_EQ(ranks({endpoint("eu.b.1")}), Ranks{1});
  setting().failover_priority = {"version"};
  EXPECT_EQ(ranks({endpoint("us.a.1", {{"version", "v1"}})}), Ranks{0});
  balancer_.locality_lb_setting->enabled = false;
  EXPECT_EQ(ranks({endpoint("us.a.1")}), Ranks{0});
}

TEST_F(NearnessTest, ArrangesPrioritiesWithoutGaps) {
  EXPECT_EQ(arranged({{"us.a.1", 1}, {"eu.a.1", 2}, {"eu.a.1", 3}, {"asia.a.1", 4}}),
            (Lines{"0 eu.a.1 5", "1 asia.a.1 4", "1 us.a.1 1"}));
}

TEST_F(NearnessTest, DividesASharesWeightByTheEndpointsOfEachLocality) {
  setting().distribute = {{.from = "us/*", .to = {{"us/*", 100}}},
                          {.from = "eu/a/*", .to = {{"eu/*", 70}, {"us/*", 30}}}};
  EXPECT_EQ(arranged({{"eu.a.1", 1}, {"eu.b.1", 3}, {"us.a.1", 5}, {"asia.a.1", 9}}),
            (Lines{"0 eu.a.1 18", "0 eu.b.1 53", "0 us.a.1 30"}))
      << "shares are rounded up, so that none is 0; what no share names gets nothing";
}

TEST_F(NearnessTest, SharesOfOthersLeaveEndpointsAsTheyAre) {
  setting().distribute = {{.from = "us/*", .to = {{"us/*", 100}}}};
  EXPECT_EQ(arranged({{"eu.a.1", 1}, {"us.a.1", 5}}), (Lines{"0 eu.a.1 1", "0 us.a.1 5"}));
  EXPECT_TRUE(weighs_localities(policy_));
  balancer_.locality_lb_setting->enabled = false;
  EXPECT_FALSE(weighs_localities(policy_));
}

TEST_F(NearnessTest, ALabelThatNeitherHasIsTheSame) {
  setting().failover_priority = {"floor", "version"};
  EXPECT_EQ(ranks({endpoint("eu", {{"version", "v1"}}), endpoint("eu"), endpoint("eu", {{"floor", "2"}})}),
            (Ranks{0, 1, 2}));
}

TEST_F(NearnessTest, AWordWithoutAValueAsksForNone) {
  setting().failover_priority = {"rack="};
  EXPECT_EQ(ranks({endpoint("eu"), endpoint("eu", {{"rack", "7"}})}), (Ranks{0, 1}));
}

TEST_F(NearnessTest, WeightsOfALocalityThatAreTooMuchTogetherStayInProportion) {
  EXPECT_EQ(arranged({{"eu.a.1", 4294967295}, {"eu.a.1", 4294967295}, {"us.a.1", 2}}),
            (Lines{"0 eu.a.1 4294967292", "1 us.a.1 1"}));
  setting().distribute = {{.from = "*", .to = {{"eu/*", 50}, {"us/*", 50}}}};
  EXPECT_EQ(arranged({{"eu.a.1", 4294967295}, {"eu.b.1", 4294967295}, {"us.a.1", 1}}),
            (Lines{"0 eu.a.1 25", "0 eu.b.1 25", "0 us.a.1 50"}));
}

TEST_F(NearnessTest, AShareOfAPlaceWithoutEndpointsGoesToNobody) {
  setting().distribute = {{.from = "*", .to = {{"mars/*", 60}, {"eu/*", 40}}}};
  EXPECT_EQ(arranged({{"eu.a.1", 2}}), Lines{"0 eu.a.1 40"});
}

}  // namespace
}  // namespace weft::control::translate
