// The mesh that the project was asked for, with its old spellings, must be taken as it is.
#include <gtest/gtest.h>

#include "api/resource.h"

namespace weft::api {
namespace {

CheckedAll seed() {
  return check_path(std::string(WEFT_SOURCE_DIR) + "/src/api/testdata/seed.yaml", Strictness::strict, "default");
}

const Resource& find(const CheckedAll& all, std::string_view title) {
  for (const Resource& resource : all.resources) {
    if (resource.title() == title) return resource;
  }
  ADD_FAILURE() << title << " is missing";
  return all.resources.front();
}

std::vector<std::string> messages(const Findings& findings) {
  std::vector<std::string> texts;
  for (const auto& finding : findings) texts.push_back(finding.message);
  return texts;
}

TEST(Seed, IsTakenWithoutAnError) {
  const CheckedAll all = seed();
  EXPECT_EQ(count(all.findings, Severity::error), 0u) << render(all.findings);
  EXPECT_EQ(all.resources.size(), 5u);
}

TEST(Seed, WarnsOfOldSpellingsAndOfNothingElse) {
  EXPECT_EQ(messages(seed().findings),
            (std::vector<std::string>{"LEAST_CONN is an old spelling",
                                      "connections that sidecars share are not closed after so many requests",
                                      "circuitBreaker is an old spelling"}));
}

TEST(Seed, FillsFromCircuitBreakerOnlyWhatOutlierDetectionLeavesUnset) {
  const CheckedAll all = seed();
  const auto* rule = find(all, "DestinationRule nodejs-app/nodejs-api").as<istio::DestinationRule>();
  ASSERT_NE(rule, nullptr);
  const auto& outlier = rule->traffic_policy->outlier_detection;
  EXPECT_EQ(outlier->consecutive_5xx_errors, 3u);
  EXPECT_EQ(outlier->max_ejection_percent, 50);
  EXPECT_EQ(outlier->interval, std::chrono::seconds(30));
  EXPECT_EQ(rule->traffic_policy->load_balancer->simple, istio::SimpleLoadBalancer::least_request);
  EXPECT_EQ(rule->traffic_policy->connection_pool->tcp->max_connections, 100);
  EXPECT_EQ(rule->subsets[1].labels.at("version"), "v2");
}

TEST(Seed, KeepsTheWeightsAndTheHeaderMatch) {
  const CheckedAll all = seed();
  const auto* service = find(all, "VirtualService nodejs-app/nodejs-api").as<istio::VirtualService>();
  ASSERT_NE(service, nullptr);
  EXPECT_EQ(service->gateways, std::vector<std::string>{"mesh"});
  EXPECT_EQ(service->http[0].match[0].headers.at("canary").exact, "true");
  EXPECT_EQ(service->http[1].route[0].weight, 90);
  EXPECT_EQ(service->http[1].route[1].destination.subset, "v2");
}

TEST(Seed, HasNoDanglingReference) {
  const CheckedAll all = seed();
  std::vector<const Resource*> changed;
  for (const Resource& resource : all.resources) changed.push_back(&resource);
  EXPECT_EQ(render(check_references(changed, {})), "");
}

}  // namespace
}  // namespace weft::api
