#include "cli/mesh/strict_plan.h"

#include <gtest/gtest.h>

#include "cli/mesh/mutual_tls_tables.h"

namespace weft::cli {
namespace {

using api::Json;

Json policy(const std::string& space, const std::string& name, Json spec, const std::string& created = "2026-01-02") {
  return {{"metadata", {{"namespace", space}, {"name", name}, {"creationTimestamp", created}}}, {"spec", spec}};
}

Json pod(const std::string& name, const std::string& ip, bool has_sidecar) {
  Json made = {{"metadata", {{"namespace", "shop"}, {"name", name}}}, {"status", {{"podIP", ip}}}};
  if (has_sidecar) made["metadata"]["annotations"]["sidecar.istio.io/status"] = "{}";
  return made;
}

// A workload that one caller reaches in plain text, with this word on its ports.
WorkloadReport api_pod(const std::string& mode, const std::string& by, const std::string& caller = "10.244.0.9") {
  return {.space = "shop",
          .workload = "api",
          .pod = "api-0",
          .labels = {{"app", "api"}},
          .modes = {{.port = 0, .mode = mode, .policy = by}},
          .observation = {.shares = {{8080, {.mutual = 3, .plain = 1}}},
                          .callers = {{.address = caller, .port = 8080, .connections = 1}}},
          .observed = std::chrono::minutes(11)};
}

const StrictScope kMesh{};
const StrictScope kShop{.space = "shop"};
const StrictScope kApi{.space = "shop", .workload = "api", .selector = {{"app", "api"}}};

// What would become of the one caller.
std::string fate(const StrictScope& scope, const WorkloadReport& report, const std::vector<Json>& policies) {
  const auto plan =
      plan_strict(scope, {report}, policies, {pod("cron", "10.244.0.9", false), pod("web", "10.244.0.8", true)});
  if (plan.size() != 1) return "no caller";
  return plan[0].is_refused ? "refused" : plan[0].why;
}

TEST(StrictPlan, WhoComesInPlainTextWouldBeRefused) {
  EXPECT_EQ(fate(kMesh, api_pod("PERMISSIVE", ""), {}), "refused");
  EXPECT_EQ(fate(kShop, api_pod("PERMISSIVE", ""), {}), "refused");
  EXPECT_EQ(fate(kApi, api_pod("PERMISSIVE", ""), {}), "refused");
  EXPECT_EQ(fate({.space = "bank"}, api_pod("PERMISSIVE", ""), {}), "no caller");
  EXPECT_EQ(fate({.space = "shop", .workload = "web"}, api_pod("PERMISSIVE", ""), {}), "no caller");
}

TEST(StrictPlan, ANarrowerPolicyGoesOnLettingIn) {
  const auto report = api_pod("PERMISSIVE", "PeerAuthentication shop/default");
  const Json of_space = policy("shop", "default", {{"mtls", {{"mode", "PERMISSIVE"}}}});
  EXPECT_EQ(fate(kMesh, report, {of_space}), "stays allowed: PeerAuthentication shop/default says PERMISSIVE");
  EXPECT_EQ(fate(kShop, report, {of_space}), "refused");
  const Json of_workload = policy("shop", "default", {{"selector", {{"matchLabels", {{"app", "api"}}}}}});
  EXPECT_EQ(fate(kShop, report, {of_workload}), "stays allowed: PeerAuthentication shop/default says PERMISSIVE");
  EXPECT_EQ(fate(kApi, report, {of_workload}), "refused");
  Json of_port = of_workload;
  of_port["spec"]["portLevelMtls"]["8080"]["mode"] = "PERMISSIVE";
  EXPECT_EQ(fate(kApi, report, {of_port}), "stays allowed: PeerAuthentication shop/default says PERMISSIVE");
  of_port["spec"]["portLevelMtls"]["8080"]["mode"] = "UNSET";
  EXPECT_EQ(fate(kApi, report, {of_port}), "refused");
  const Json of_mesh = policy("istio-system", "default", Json::object());
  EXPECT_EQ(fate(kMesh, api_pod("PERMISSIVE", "PeerAuthentication istio-system/default"), {of_mesh}), "refused");
}

TEST(StrictPlan, SidecarsThatMustSpeakPlainTextNowGoOver) {
  EXPECT_EQ(fate(kShop, api_pod("DISABLE", "PeerAuthentication shop/raw", "10.244.0.8"),
                 {policy("shop", "raw", Json::object())}),
            "its sidecar goes over to mutual TLS");
  EXPECT_EQ(fate(kShop, api_pod("DISABLE", "PeerAuthentication shop/raw"), {policy("shop", "raw", Json::object())}),
            "refused");
  EXPECT_EQ(fate(kShop, api_pod("PERMISSIVE", "", "10.244.0.8"), {}), "refused") << "it could, and does not";
}

TEST(StrictPlan, AddsUpThePodsOfAWorkloadAndNamesCallers) {
  const auto plan =
      plan_strict(kShop, {api_pod("PERMISSIVE", ""), api_pod("PERMISSIVE", ""), api_pod("PERMISSIVE", "", "192.0.2.1")},
                  {}, {pod("cron", "10.244.0.9", false)});
  ASSERT_EQ(plan.size(), 2U);
  EXPECT_EQ(plan[0].caller, "192.0.2.1");
  EXPECT_EQ(plan[1].caller, "shop/cron");
  EXPECT_EQ(plan[1].connections, 2U);
  EXPECT_EQ(plan[1].to, "shop/api");
}

TEST(StrictPolicy, IsTheOneThatDecidesOrANewOne) {
  EXPECT_EQ(*strict_policy(kShop, {}), (Json{{"apiVersion", "security.istio.io/v1"},
                                             {"kind", "PeerAuthentication"},
                                             {"metadata", {{"name", "default"}, {"namespace", "shop"}}},
                                             {"spec", {{"mtls", {{"mode", "STRICT"}}}}}}));
  EXPECT_EQ((*strict_policy(kMesh, {}))["metadata"]["namespace"], "istio-system");
  EXPECT_EQ((*strict_policy(kApi, {}))["spec"]["selector"]["matchLabels"]["app"], "api");
  const Json old = policy("shop", "old", {{"mtls", {{"mode", "DISABLE"}}}}, "2026-01-01");
  EXPECT_EQ((*strict_policy(kShop, {policy("shop", "new", Json::object()), old}))["metadata"]["name"], "old");
  const Json ports =
      policy("shop", "api",
             {{"selector", {{"matchLabels", {{"app", "api"}}}}}, {"portLevelMtls", {{"9090", {{"mode", "DISABLE"}}}}}});
  const auto changed = strict_policy(kApi, {ports});
  EXPECT_EQ((*changed)["spec"]["portLevelMtls"], ports["spec"]["portLevelMtls"]);
  EXPECT_EQ((*changed)["spec"]["mtls"]["mode"], "STRICT");
}

TEST(StrictPolicy, DoesNotChangeOneThatIsForOthersToo) {
  const Json wide = policy("shop", "wide", {{"selector", {{"matchLabels", {{"app", "api"}}}}}});
  const StrictScope scope{.space = "shop", .workload = "api", .selector = {{"app", "api"}, {"tier", "a"}}};
  const auto refused = strict_policy(scope, {wide});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().what,
            "PeerAuthentication shop/wide decides for shop/api, and perhaps for others; the older one holds");
}

TEST(StrictPlan, IsSummedUp) {
  EXPECT_EQ(plan_summary(kShop, {api_pod("PERMISSIVE", ""), api_pod("PERMISSIVE", "")}),
            "Seen in the last 11m (since the proxies started): 8 requests to namespace shop, 75% with mutual TLS");
  EXPECT_EQ(plan_summary(kMesh, {}),
            "Seen in the last 0s (since the proxies started): 0 requests to the mesh, - with mutual TLS");
}

TEST(PortStatuses, AddUpThePodsOfAWorkload) {
  auto other = api_pod("PERMISSIVE", "");
  other.observed = std::chrono::seconds(30);
  other.modes = {{.port = 0, .mode = "PERMISSIVE"}, {8080, "STRICT", "PeerAuthentication shop/x", "m.yaml:3"}};
  const auto statuses = port_statuses({api_pod("PERMISSIVE", ""), other});
  ASSERT_EQ(statuses.size(), 2U);
  EXPECT_EQ(render(statuses_table(statuses)),
            "WORKLOAD   PORT     MODE         SAID BY                               REQUESTS   MUTUAL TLS   SEEN FOR\n"
            "shop/api   8080     STRICT       PeerAuthentication shop/x  m.yaml:3   4          75%          30s\n"
            "shop/api   others   PERMISSIVE   nobody (the default)                  0          -            30s\n");
}

}  // namespace
}  // namespace weft::cli
