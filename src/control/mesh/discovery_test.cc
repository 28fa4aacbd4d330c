// discoverySelectors: whose objects count, and what happens when that changes.
#include <gtest/gtest.h>

#include "control/mesh/mesh_builder.h"
#include "control/mesh/testing_objects.h"

namespace weft::control::mesh {
namespace {

const std::string kHost = "web.shop.svc.cluster.local";
const std::string kSelectors = "discoverySelectors: [{matchLabels: {mesh: 'on'}}]";

ObjectChange space(const std::string& name, const std::string& labels) {
  return object("/namespaces", "", name, "metadata: {labels: " + labels + "}");
}

std::vector<ObjectChange> shop() {
  return {service("shop", "web", "{clusterIP: 10.96.0.1, ports: [{name: http, port: 80}]}"),
          slice("shop", "web-1", "web", "{addresses: [10.0.0.1]}"),
          virtual_service("shop", "web", "{hosts: [web], http: [{route: [{destination: {host: web}}]}]}"),
          sidecar("shop", "default", "{egress: [{hosts: ['./*']}]}"), pod("shop", "web-1", "10.0.0.1", "{app: web}")};
}

// A mesh with the namespace "shop", whose objects can be asked for again.
struct Scene {
  MeshBuilder builder{[this](const std::string& space) {
    asked.push_back(space);
    return space == "shop" ? shop() : std::vector<ObjectChange>{};
  }};
  std::vector<std::string> asked;

  Touched start(const std::string& config, const std::string& labels) {
    auto batch = shop();  // what names the mesh comes last, as it may in a store's listing
    batch.push_back(space("shop", labels));
    batch.push_back(mesh_config(config));
    return builder.apply(batch);
  }
  bool has_service() const { return builder.view()->service(kHost) != nullptr; }
  size_t endpoints() const { return builder.view()->endpoints("shop", kHost)->size(); }
  bool has_sidecar() const { return builder.view()->sidecars().named("shop/default") != nullptr; }
};

TEST(DiscoverySelectors, ThatAreNotThereTakeEveryNamespace) {
  Scene scene;
  scene.start("{}", "{}");
  EXPECT_TRUE(scene.has_service());
  EXPECT_TRUE(scene.asked.empty());
}

TEST(DiscoverySelectors, PassOverServicesEndpointsAndRulesOfOtherNamespaces) {
  Scene scene;
  scene.start(kSelectors, "{}");
  EXPECT_FALSE(scene.has_service());
  EXPECT_EQ(scene.endpoints(), 0);
  EXPECT_FALSE(scene.has_sidecar());
  EXPECT_NE(scene.builder.view()->pod("shop", "web-1"), nullptr) << "its proxy is served all the same";
}

TEST(DiscoverySelectors, TakeANamespaceThatOneOfThemSelects) {
  Scene scene;
  scene.start("discoverySelectors: [{matchLabels: {a: b}}, {matchExpressions: [{key: mesh, operator: Exists}]}]",
              "{mesh: 'on'}");
  EXPECT_TRUE(scene.has_service());
  EXPECT_EQ(scene.endpoints(), 1);
  EXPECT_TRUE(scene.has_sidecar());
}

TEST(DiscoverySelectors, TakeANamespaceInWhenItGetsTheLabel) {
  Scene scene;
  scene.start(kSelectors, "{}");
  const auto touched = scene.builder.apply({space("shop", "{mesh: 'on'}")});
  EXPECT_EQ(scene.asked, std::vector<std::string>{"shop"});
  EXPECT_TRUE(scene.has_service());
  EXPECT_EQ(scene.endpoints(), 1);
  EXPECT_TRUE(touched.hosts.contains(kHost));
  EXPECT_TRUE(touched.endpoints.contains(kHost));
  EXPECT_TRUE(touched.sidecars.contains("shop/default"));
}

TEST(DiscoverySelectors, TakeANamespaceOutWhenItLosesTheLabel) {
  Scene scene;
  scene.start(kSelectors, "{mesh: 'on'}");
  const auto touched = scene.builder.apply({space("shop", "{mesh: 'off'}")});
  EXPECT_FALSE(scene.has_service());
  EXPECT_EQ(scene.endpoints(), 0);
  EXPECT_FALSE(scene.has_sidecar());
  EXPECT_TRUE(touched.hosts.contains(kHost));
}

TEST(DiscoverySelectors, FollowMeshConfig) {
  Scene scene;
  scene.start("{}", "{}");
  scene.builder.apply({mesh_config(kSelectors)});
  EXPECT_FALSE(scene.has_service());
  scene.builder.apply({mesh_config("{}")});
  EXPECT_TRUE(scene.has_service());
  EXPECT_EQ(scene.endpoints(), 1);
}

TEST(DiscoverySelectors, PassOverWhatComesLaterToo) {
  Scene scene;
  scene.start(kSelectors, "{}");
  const auto touched = scene.builder.apply({service("shop", "late", "{ports: [{port: 80}]}")});
  EXPECT_TRUE(touched.empty());
  EXPECT_EQ(scene.builder.view()->service("late.shop.svc.cluster.local"), nullptr);
}

TEST(DiscoverySelectors, PassOverANamespaceThatNobodyHasTold) {
  Scene scene;
  scene.builder.apply({mesh_config(kSelectors)});
  scene.builder.apply(shop());
  EXPECT_FALSE(scene.has_service());
}

TEST(DiscoverySelectors, HoldForTheRootNamespaceToo) {
  MeshBuilder builder;
  builder.apply(
      {mesh_config(kSelectors), space("istio-system", "{}"),
       object("security.istio.io/peerauthentications", "istio-system", "default", "spec: {mtls: {mode: STRICT}}")});
  EXPECT_TRUE(builder.view()->peer_authentications().all().empty());
  EXPECT_EQ(builder.view()->config().discovery_selectors.size(), 1) << "MeshConfig itself always counts";
}

TEST(DiscoverySelectors, OfAConfigThatIsWrongChangeNothing) {
  Scene scene;
  scene.start(kSelectors, "{mesh: 'on'}");
  scene.builder.apply({mesh_config("discoverySelectors: [{matchLabels: 7}]")});
  EXPECT_TRUE(scene.has_service());
}

}  // namespace
}  // namespace weft::control::mesh
