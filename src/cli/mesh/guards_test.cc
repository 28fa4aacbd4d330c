#include "cli/mesh/guards.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

using api::Json;

constexpr const char* kHttp =
    "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3."
    "HttpConnectionManager";
constexpr const char* kHttpRbac = "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC";
constexpr const char* kTcpRbac = "type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC";

Json filter(const char* type, Json config) {
  config["@type"] = type;
  return {{"typed_config", std::move(config)}};
}

Json rules(const char* action, const std::vector<std::string>& names) {
  Json made = {{"policies", Json::object()}};
  if (std::string_view(action) != "ALLOW") made["action"] = action;  // protobuf leaves its zero out
  for (const auto& name : names) made["policies"][name] = Json::object();
  return made;
}

ProxyConfig guarded(const std::vector<Json>& http, const std::vector<Json>& tcp) {
  Json manager = filter(kHttp, {{"http_filters", http}});
  Json listener = {{"filter_chains", {{{"filters", {manager}}}, {{"filters", tcp}}}}};
  return {.listeners = {listener}};
}

TEST(Guards, AreListedInTheOrderInWhichTheyAreAsked) {
  const auto allow = rules("ALLOW", {"ns[a]-policy[x]-rule[0]", "ns[a]-policy[x]-rule[2]"});
  const auto deny = rules("DENY", {"ns[istio-system]-policy[y]-rule[0]"});
  const auto policies =
      guarding_policies(guarded({filter(kHttpRbac, {{"rules", allow}}), filter(kHttpRbac, {{"rules", deny}})},
                                {filter(kTcpRbac, {{"rules", deny}})}));
  ASSERT_EQ(policies.size(), 2U);
  EXPECT_EQ(policies[0], (GuardingPolicy{"DENY", "istio-system/y", "enforced", {0}, {"http", "tcp"}}));
  EXPECT_EQ(policies[1], (GuardingPolicy{"ALLOW", "a/x", "enforced", {0, 2}, {"http"}}));
}

TEST(Guards, NameNetworkPoliciesAsTheyAreWritten) {
  const auto allow = rules("ALLOW", {"networkpolicy[shop/api ingress[0]]-0", "networkpolicy[shop/api ingress[2]]-1",
                                     "networkpolicy-own-traffic"});
  const auto policies = guarding_policies(guarded({}, {filter(kTcpRbac, {{"rules", allow}})}));
  ASSERT_EQ(policies.size(), 2U);
  EXPECT_EQ(policies[0], (GuardingPolicy{"ALLOW", "NetworkPolicy shop/api", "enforced", {0, 2}, {"tcp"}}));
  EXPECT_EQ(policies[1].name, "NetworkPolicy, the pod itself");
}

TEST(Guards, TellTrialsAuditsAndAuthorizersApart) {
  const auto policies = guarding_policies(
      guarded({filter(kHttpRbac, {{"shadow_rules", rules("DENY", {"istio-ext-authz-p-ns[a]-policy[c]-rule[0]"})}}),
               filter(kHttpRbac, {{"rules", rules("LOG", {"ns[a]-policy[l]-rule[0]"})}}),
               filter(kHttpRbac, {{"shadow_rules", rules("ALLOW", {"ns[a]-policy[t]-rule[0]"})}})},
              {}));
  ASSERT_EQ(policies.size(), 3U);
  EXPECT_EQ(policies[0].action + " " + policies[0].mode, "CUSTOM enforced");
  EXPECT_EQ(policies[1].action + " " + policies[1].mode, "AUDIT enforced");
  EXPECT_EQ(policies[2].action + " " + policies[2].mode, "ALLOW trial");
}

TEST(Guards, AreShownAsATableAndAsJson) {
  const std::vector<GuardingPolicy> policies = {{"ALLOW", "a/x", "enforced", {0, 2}, {"http", "tcp"}}};
  EXPECT_EQ(render(guards_table(policies)),
            "ACTION   POLICY   RULES   PROTOCOLS   MODE\n"
            "ALLOW    a/x      0,2     http,tcp    enforced\n");
  EXPECT_EQ(guards_json(policies).dump(),
            R"([{"action":"ALLOW","mode":"enforced","policy":"a/x","protocols":["http","tcp"],"rules":[0,2]}])");
}

TEST(Guards, NothingGuardsAProxyWithoutRules) {
  EXPECT_TRUE(guarding_policies({}).empty());
  EXPECT_TRUE(guarding_policies(guarded({}, {})).empty());
}

TEST(GuardObject, IsTheObjectThatARuleBelongsTo) {
  const auto object = guard_object(read_guard_rule("ns[shop]-policy[api]-rule[1]"));
  EXPECT_EQ(object.kind + " " + object.space + "/" + object.name, "AuthorizationPolicy shop/api");
  const auto network = guard_object(read_guard_rule("networkpolicy[shop/web ingress[0]]-0"));
  EXPECT_EQ(network.kind + " " + network.space + "/" + network.name, "NetworkPolicy shop/web");
  EXPECT_TRUE(guard_object(read_guard_rule("networkpolicy-own-traffic")).name.empty());
}

}  // namespace
}  // namespace weft::cli
