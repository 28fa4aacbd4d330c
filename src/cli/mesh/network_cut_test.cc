#include "cli/mesh/network_cut.h"

#include <gtest/gtest.h>

#include "api/resource.h"

namespace weft::cli {
namespace {

using api::Json;

void put(network_policy::World& world, Json object) {
  const auto checked = api::check(object, {.strictness = api::Strictness::strict});
  ASSERT_TRUE(checked.resource) << api::render(checked.findings);
  world.put(*checked.resource);
}

void put_pod(network_policy::World& world, const std::string& name, const std::string& ip) {
  put(world, {{"apiVersion", "v1"},
              {"kind", "Pod"},
              {"metadata", {{"name", name}, {"namespace", "shop"}, {"labels", {{"app", name}}}}},
              {"spec", {{"containers", {{{"name", "a"}, {"image", "i"}}}}}},
              {"status", {{"podIP", ip}}}});
}

Json of_app(const std::string& name) {
  return {{"podSelector", {{"matchLabels", {{"app", name}}}}}};
}

void put_policy(network_policy::World& world, const std::string& name, const Json& spec) {
  put(world, {{"apiVersion", "networking.k8s.io/v1"},
              {"kind", "NetworkPolicy"},
              {"metadata", {{"name", name}, {"namespace", "shop"}}},
              {"spec", spec}});
}

// "shop/api admits web alone"; web, batch and api are the pods.
network_policy::World small_world() {
  network_policy::World world;
  put_pod(world, "web", "10.0.0.1");
  put_pod(world, "batch", "10.0.0.2");
  put_pod(world, "api", "10.0.0.3");
  Json spec = of_app("api");
  spec["ingress"] = {{{"from", {of_app("web")}}, {"ports", {{{"port", 80}}}}}};
  put_policy(world, "only-web", spec);
  return world;
}

FailedHop call(const std::string& pod, const std::string& endpoint) {
  FailedHop hop;
  hop.pod = pod;
  hop.direction = "outbound";
  hop.endpoint = endpoint;
  hop.tried = {{.endpoint = endpoint, .trouble = "connect_refused", .flags = "UF"}};
  return hop;
}

TEST(NetworkCut, NamesThePoliciesOfAServerThatDoNotAdmitTheClient) {
  const auto cut = network_cut(small_world(), call("shop/batch", "10.0.0.3:80"));
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->pod, "shop/api");
  EXPECT_EQ(cut->policies, std::vector<std::string>{"shop/only-web"});
}

TEST(NetworkCut, GoesByThePortThatIsCalled) {
  EXPECT_FALSE(network_cut(small_world(), call("shop/web", "10.0.0.3:80")));
  EXPECT_TRUE(network_cut(small_world(), call("shop/web", "10.0.0.3:81")));
}

TEST(NetworkCut, NamesThePoliciesOfTheClientWhereTheyDoNotLetItOut) {
  auto world = small_world();
  Json spec = of_app("web");
  spec["policyTypes"] = {"Egress"};
  put_policy(world, "inside", spec);
  const auto cut = network_cut(world, call("shop/web", "10.0.0.3:80"));
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->pod, "shop/web");
  EXPECT_EQ(cut->policies, std::vector<std::string>{"shop/inside"});
  EXPECT_TRUE(network_cut(world, call("shop/web", "192.0.2.1:443")));
}

TEST(NetworkCut, IsNoneWhereNobodyIsIsolatedOrKnown) {
  EXPECT_FALSE(network_cut(small_world(), call("shop/batch", "10.0.0.1:80")));
  EXPECT_FALSE(network_cut(small_world(), call("shop/batch", "192.0.2.1:80")));
  EXPECT_FALSE(network_cut(small_world(), call("shop/batch", "")));
  EXPECT_FALSE(network_cut(small_world(), call("shop/gone", "10.0.0.3:80")));
}

TEST(NetworkCut, OfARequestThatTheServersProxyRefusedIsByItsClient) {
  FailedHop hop;
  hop.pod = "shop/api";
  hop.direction = "inbound";
  hop.client = "10.0.0.2:40000";
  hop.destination = "10.0.0.3:80";
  EXPECT_TRUE(network_cut(small_world(), hop));
  hop.client = "10.0.0.1:40000";
  EXPECT_FALSE(network_cut(small_world(), hop));
}

TEST(NetworkCut, IsLookedForOnlyWhereItMayBeTheCause) {
  FailedHop hop = call("shop/web", "10.0.0.3:80");
  EXPECT_TRUE(may_be_cut(hop));
  for (const char* trouble : {"connect_timeout", "unreachable", "attempt_unconnected", "route_unconnected"}) {
    hop.tried[0].trouble = trouble;
    EXPECT_TRUE(may_be_cut(hop)) << trouble;
  }
  for (const char* trouble : {"tls_failed", "attempt_timeout", "route_timeout"}) {
    hop.tried[0].trouble = trouble;
    EXPECT_FALSE(may_be_cut(hop)) << trouble;
  }
  hop.direction = "inbound";
  hop.tried[0].trouble = "connect_refused";  // by the application, over loopback
  EXPECT_FALSE(may_be_cut(hop));
  hop.denial = "rbac_access_denied_matched_policy[none]";
  EXPECT_TRUE(may_be_cut(hop));
  hop.rule = "ns[shop]-policy[no-admin]-rule[0]";
  EXPECT_FALSE(may_be_cut(hop));
}

}  // namespace
}  // namespace weft::cli
