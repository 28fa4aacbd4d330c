#include "control/mesh/delegates.h"

#include <gtest/gtest.h>

#include "control/mesh/mesh_builder.h"
#include "control/mesh/testing_objects.h"

namespace weft::control::mesh {
namespace {

using api::istio::HttpMatchRequest;
using api::istio::HttpRoute;
using api::istio::StringMatch;
using std::chrono::seconds;

StringMatch prefix(const std::string& text) {
  return {.prefix = text};
}
HttpMatchRequest under(const std::string& path) {
  HttpMatchRequest match;
  match.uri = prefix(path);
  return match;
}
HttpRoute matching(std::vector<HttpMatchRequest> matches) {
  HttpRoute rule;
  rule.match = std::move(matches);
  return rule;
}

// The rules of `leaf` as `rule` of a root has them.
std::vector<HttpRoute> merged(const HttpRoute& rule, const HttpRoute& leaf) {
  VirtualService root;
  root.spec.gateways = {"mesh"};
  VirtualService delegate;
  delegate.spec.http = {leaf};
  return merge_delegate(root, rule, delegate).spec.http;
}

TEST(Delegates, NarrowTheMatchesOfTheirRoot) {
  auto root = under("/shop");
  root.headers["x"] = {.exact = "1"};
  const auto rules = merged(matching({root}), matching({under("/shop/cart")}));
  ASSERT_EQ(rules.size(), 1U);
  EXPECT_EQ(rules[0].match.at(0).uri, prefix("/shop/cart"));
  EXPECT_EQ(rules[0].match.at(0).headers.at("x").exact, "1");
}

TEST(Delegates, TakeTheRootsMatchesWhereTheyHaveNone) {
  EXPECT_EQ(merged(matching({under("/a")}), {}).at(0).match.at(0).uri, prefix("/a"));
  EXPECT_EQ(merged({}, matching({under("/a")})).at(0).match.at(0).uri, prefix("/a"));
  EXPECT_TRUE(merged({}, {}).at(0).match.empty());
}

TEST(Delegates, DropCombinationsThatExcludeEachOther) {
  EXPECT_TRUE(merged(matching({under("/a")}), matching({under("/b")})).empty());
  EXPECT_TRUE(merged(matching({under("/a/b")}), matching({under("/a")})).empty()) << "wider than the root";
  EXPECT_EQ(merged(matching({under("/a"), under("/b")}), matching({under("/b/c")})).at(0).match.size(), 1U);
  HttpMatchRequest pattern;
  pattern.uri = {.regex = "/a.*"};
  EXPECT_TRUE(merged(matching({under("/a")}), matching({pattern})).empty());
  auto other_port = under("/a");
  other_port.port = 81;
  auto port = under("/a");
  port.port = 80;
  EXPECT_TRUE(merged(matching({port}), matching({other_port})).empty());
}

TEST(Delegates, InheritSettingsThatTheyDoNotSay) {
  HttpRoute root;
  root.name = "root";
  root.timeout = seconds(3);
  HttpRoute leaf;
  leaf.name = "leaf";
  auto rule = merged(root, leaf).at(0);
  EXPECT_EQ(rule.timeout, seconds(3));
  EXPECT_EQ(rule.name, "root-leaf");
  leaf.timeout = seconds(1);
  EXPECT_EQ(merged(root, leaf).at(0).timeout, seconds(1));
}

TEST(Delegates, AChangeTouchesTheHostsOfTheirRoots) {
  MeshBuilder builder;
  builder.apply(
      {virtual_service("shop", "root", "{hosts: [a.com], http: [{delegate: {name: leaf, namespace: team}}]}")});
  const auto touched =
      builder.apply({virtual_service("team", "leaf", "{http: [{route: [{destination: {host: b.com}}]}]}")});
  EXPECT_TRUE(touched.hosts.contains("a.com"));
  EXPECT_TRUE(builder.view()->virtual_services().delegate("team/leaf", "shop"));
}

TEST(Delegates, AreSeenWhereTheyAreExported) {
  MeshBuilder builder;
  builder.apply(
      {virtual_service("team", "leaf", "{exportTo: [\".\"], http: [{route: [{destination: {host: b.com}}]}]}")});
  EXPECT_TRUE(builder.view()->virtual_services().delegate("team/leaf", "team"));
  EXPECT_FALSE(builder.view()->virtual_services().delegate("team/leaf", "shop"));
}

}  // namespace
}  // namespace weft::control::mesh
