#include "control/mesh/destination_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weft::control::mesh {
namespace {

constexpr const char* kRoot = "root";
constexpr const char* kHost = "x.s.svc.cluster.local";

// A rule with one subset of its own name.
std::shared_ptr<DestinationRule> make(const std::string& space, const std::string& name, const std::string& host) {
  auto made = std::make_shared<DestinationRule>();
  made->space = space;
  made->host = host;
  made->spec.host = host;
  made->spec.subsets.emplace_back().name = name;
  made->age = {"", name, space};
  return made;
}

class Rules : public testing::Test {
 protected:
  // The subsets of the rule that a client sees, in their order.
  std::vector<std::string> find(std::string_view client_space, const model::Labels& labels = {}) {
    auto found = index.find({client_space, labels, kHost, "s"}, kRoot);
    std::vector<std::string> names;
    if (!found) return {"(none)"};
    for (const auto& subset : found->subsets) names.push_back(subset.subset->name);
    return names;
  }

  DestinationRules index;
};

TEST_F(Rules, TheClientsNamespaceComesBeforeTheServicesAndThatBeforeTheRoot) {
  index.put(make(kRoot, "root", kHost));
  EXPECT_THAT(find("c"), testing::ElementsAre("root"));
  index.put(make("s", "service", kHost));
  EXPECT_THAT(find("c"), testing::ElementsAre("service"));
  index.put(make("c", "client", kHost));
  EXPECT_THAT(find("c"), testing::ElementsAre("client"));
  EXPECT_THAT(find("d"), testing::ElementsAre("service"));
}

TEST_F(Rules, WithinANamespaceTheMostSpecificHostWins) {
  index.put(make("s", "all", "*"));
  index.put(make("s", "wild", "*.s.svc.cluster.local"));
  EXPECT_THAT(find("c"), testing::ElementsAre("wild"));
  index.put(make("s", "exact", kHost));
  EXPECT_THAT(find("c"), testing::ElementsAre("exact"));
}

TEST_F(Rules, RulesOfOneHostMergeAndTheOldestPolicyHolds) {
  auto young = make("s", "b", kHost);
  young->spec.traffic_policy.emplace().load_balancer.emplace().simple = api::istio::SimpleLoadBalancer::random;
  auto old = make("s", "a", kHost);
  old->spec.traffic_policy.emplace().load_balancer.emplace().simple = api::istio::SimpleLoadBalancer::round_robin;
  index.put(young);
  index.put(old);
  EXPECT_THAT(find("c"), testing::ElementsAre("a", "b"));
  auto found = index.find({"c", {}, kHost, "s"}, kRoot);
  EXPECT_EQ(found->traffic_policy->load_balancer->simple, api::istio::SimpleLoadBalancer::round_robin);
}

TEST_F(Rules, OfTwoSubsetsWithOneNameTheFirstCounts) {
  auto first = make("s", "a", kHost);
  auto second = make("s", "b", kHost);
  second->spec.subsets.front().name = "a";
  index.put(second);
  index.put(first);
  EXPECT_THAT(find("c"), testing::ElementsAre("a"));
}

TEST_F(Rules, APrivateRuleOfTheServiceIsNotForOthers) {
  auto hidden = make("s", "hidden", kHost);
  hidden->spec.export_to = {"."};
  index.put(hidden);
  EXPECT_THAT(find("c"), testing::ElementsAre("(none)"));
  EXPECT_THAT(find("s"), testing::ElementsAre("hidden"));
}

TEST_F(Rules, ARuleForSomeClientsBeatsTheGeneralOne) {
  auto some = make("c", "some", kHost);
  some->spec.workload_selector.emplace().match_labels = {{"tier", "gold"}};
  index.put(some);
  index.put(make("c", "general", kHost));
  EXPECT_THAT(find("c", {{"tier", "gold"}}), testing::ElementsAre("some"));
  EXPECT_THAT(find("c", {{"tier", "silver"}}), testing::ElementsAre("general"));
}

TEST_F(Rules, ForSomeClientsNameTheSecretsThatTheseGet) {
  auto some = make("c", "some", kHost);
  some->spec.workload_selector.emplace().match_labels = {{"tier", "gold"}};
  some->spec.traffic_policy.emplace().tls.emplace().credential_name = "web";
  some->spec.subsets.emplace_back()
      .traffic_policy.emplace()
      .port_level_settings.emplace_back()
      .tls.emplace()
      .credential_name = "port";
  index.put(some);
  auto general = make("c", "general", kHost);
  general->spec.traffic_policy.emplace().tls.emplace().credential_name = "general";
  index.put(general);
  EXPECT_TRUE(index.name_credential("c", {{"tier", "gold"}}, "web"));
  EXPECT_TRUE(index.name_credential("c", {{"tier", "gold"}}, "port"));
  EXPECT_FALSE(index.name_credential("c", {{"tier", "gold"}}, "other"));
  EXPECT_FALSE(index.name_credential("c", {{"tier", "gold"}}, "general"));
  EXPECT_FALSE(index.name_credential("c", {{"tier", "silver"}}, "web"));
  EXPECT_FALSE(index.name_credential("d", {{"tier", "gold"}}, "web"));
}

TEST_F(Rules, AnErasedRuleIsGone) {
  auto rule = make("s", "a", kHost);
  index.put(rule);
  index.erase(*rule);
  EXPECT_THAT(find("c"), testing::ElementsAre("(none)"));
}

}  // namespace
}  // namespace weft::control::mesh
