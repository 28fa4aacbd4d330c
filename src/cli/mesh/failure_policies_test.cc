#include "cli/mesh/failure_policies.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

FailedHop denied() {
  FailedHop hop;
  hop.pod = "shop/api-1";
  hop.direction = "inbound";
  hop.denial = "rbac_access_denied_matched_policy[none]";
  hop.identity = "spiffe://cluster.local/ns/shop/sa/front";
  return hop;
}

TEST(FailurePolicies, OfADenialWithoutARuleAreTheAllowPoliciesWithTheirPlaces) {
  FailedHop hop = denied();
  hop.allowing = {{"AuthorizationPolicy shop/readers", "authz.yaml:3"}, {"AuthorizationPolicy istio-system/all", ""}};
  const auto cause = cause_in_policies(hop);
  ASSERT_TRUE(cause);
  EXPECT_EQ(
      cause->why,
      "no rule of the workload's ALLOW policies matches it, which came from spiffe://cluster.local/ns/shop/sa/front: "
      "AuthorizationPolicy shop/readers (authz.yaml:3), AuthorizationPolicy istio-system/all");
  EXPECT_EQ(cause->fix, "weft authz check api-1 -n shop");
}

TEST(FailurePolicies, AreAFewAndTheNumberOfTheOthers) {
  FailedHop hop = denied();
  for (const auto* name : {"a", "b", "c", "d", "e"}) hop.allowing.push_back({name, ""});
  const std::string why = cause_in_policies(hop)->why;
  EXPECT_TRUE(why.ends_with(": a, b, c and 2 more")) << why;
}

TEST(FailurePolicies, ThatIsolateAServerAreTold) {
  FailedHop hop;
  hop.pod = "shop/front-1";
  hop.direction = "outbound";
  hop.endpoint = "10.0.0.2:80";
  hop.isolated = "bank/vault-1";
  hop.isolating = {{"NetworkPolicy bank/closed", "closed.yaml:1"}};
  const auto cause = cause_in_policies(hop);
  ASSERT_TRUE(cause);
  EXPECT_EQ(cause->why,
            "bank/vault-1 is isolated, and no rule lets shop/front-1 connect to it: NetworkPolicy bank/closed "
            "(closed.yaml:1)");
  EXPECT_EQ(cause->fix, "weft get networkpolicies -n bank");
}

TEST(FailurePolicies, ThatIsolateTheClientItselfAreTold) {
  FailedHop hop;
  hop.pod = "shop/front-1";
  hop.direction = "outbound";
  hop.endpoint = "10.0.0.2:80";
  hop.isolated = "shop/front-1";
  hop.isolating = {{"NetworkPolicy shop/inside", ""}};
  EXPECT_EQ(cause_in_policies(hop)->why,
            "shop/front-1 is isolated, and no rule lets it connect to 10.0.0.2:80: NetworkPolicy shop/inside");
}

TEST(FailurePolicies, AreNotTheCauseOfWhatNoPolicyRefused) {
  EXPECT_EQ(cause_in_policies(FailedHop()), std::nullopt);
}

}  // namespace
}  // namespace weft::cli
