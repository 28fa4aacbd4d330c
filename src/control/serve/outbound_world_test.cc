#include "control/serve/outbound_world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/mesh/testing_objects.h"

namespace weft::control {
namespace {

using mesh::destination_rule;
using mesh::removed;
using mesh::service;
using mesh::slice;
using mesh::virtual_service;
using testing::ElementsAre;
using testing::IsEmpty;
using xds::ResourceType;

constexpr const char* kApi = "{clusterIP: 10.96.0.1, ports: [{port: 80, name: http}]}";

class World : public testing::Test {
 protected:
  ChangeSet apply(const std::vector<mesh::ObjectChange>& changes) {
    auto touched = builder.apply(changes);
    return world.update(*builder.view(), touched);
  }
  std::vector<std::string> names(ResourceType type) {
    std::vector<std::string> found;
    for (const auto& [name, resource] : world.resources().of(type)) found.push_back(name);
    return found;
  }

  mesh::MeshBuilder builder;
  OutboundWorld world{{"shop", {}}, *builder.view()};
};

TEST_F(World, AServiceBringsItsClustersEndpointsListenerAndRoutes) {
  apply({service("shop", "api", kApi)});
  EXPECT_THAT(names(ResourceType::cluster), ElementsAre("outbound|80||api.shop.svc.cluster.local"));
  EXPECT_THAT(names(ResourceType::endpoints), ElementsAre("outbound|80||api.shop.svc.cluster.local"));
  EXPECT_THAT(names(ResourceType::listener), ElementsAre("0.0.0.0_80"));
  EXPECT_THAT(names(ResourceType::routes), ElementsAre("80"));
  EXPECT_THAT(names(ResourceType::names), ElementsAre("NameTable"));
}

TEST_F(World, ARemovedServiceTakesAllOfItAway) {
  auto change = service("shop", "api", kApi);
  apply({change});
  apply({removed(change)});
  for (auto type : {ResourceType::cluster, ResourceType::endpoints, ResourceType::listener, ResourceType::routes}) {
    EXPECT_THAT(names(type), IsEmpty());
  }
}

TEST_F(World, AnEndpointChangesTheEndpointsAlone) {
  apply({service("shop", "api", kApi)});
  auto changes = apply({slice("shop", "s", "api", "{addresses: [10.0.0.1]}")});
  EXPECT_THAT(changes.of(ResourceType::endpoints), ElementsAre("outbound|80||api.shop.svc.cluster.local"));
  for (auto type : {ResourceType::cluster, ResourceType::listener, ResourceType::routes, ResourceType::names}) {
    EXPECT_THAT(changes.of(type), IsEmpty());
  }
}

TEST_F(World, AVirtualServiceChangesTheRoutesOfItsPortAlone) {
  apply({service("shop", "api", kApi), service("shop", "other", "{ports: [{port: 81, name: http}]}")});
  auto changes = apply(
      {virtual_service("shop", "api", "{hosts: [api], http: [{route: [{destination: {host: api}}], timeout: 1s}]}")});
  EXPECT_THAT(changes.of(ResourceType::routes), ElementsAre("80"));
  EXPECT_THAT(changes.of(ResourceType::cluster), IsEmpty());
  EXPECT_THAT(changes.of(ResourceType::listener), IsEmpty());
}

TEST_F(World, TheSameObjectAgainChangesNothing) {
  apply({service("shop", "api", kApi)});
  EXPECT_TRUE(apply({service("shop", "api", kApi)}).empty());
}

TEST_F(World, ARuleOfTheDestinationChangesTheRoutesThatLeadThere) {
  apply({service("shop", "api", kApi), service("shop", "behind", "{ports: [{port: 8080, name: http}]}"),
         virtual_service("shop", "api", "{hosts: [api], http: [{route: [{destination: {host: behind}}]}]}")});
  auto changes = apply({destination_rule(
      "shop", "behind", "{host: behind, trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true}}}}")});
  EXPECT_THAT(changes.of(ResourceType::routes), ElementsAre("80", "8080"));
}

TEST_F(World, AWildcardRuleReachesEveryServiceBelowIt) {
  apply({service("shop", "a", "{ports: [{port: 80, name: http}]}"),
         service("data", "b", "{ports: [{port: 80, name: http}]}")});
  auto changes = apply({destination_rule(
      "shop", "all", "{host: '*.shop.svc.cluster.local', trafficPolicy: {loadBalancer: {simple: RANDOM}}}")});
  EXPECT_THAT(changes.of(ResourceType::cluster), ElementsAre("outbound|80||a.shop.svc.cluster.local"));
}

TEST_F(World, AServiceThatStopsBeingExportedDisappears) {
  apply({service("data", "b", "{ports: [{port: 80, name: http}]}")});
  EXPECT_THAT(names(ResourceType::routes), ElementsAre("80"));
  apply({mesh::object(
      "/services", "data", "b",
      "metadata: {annotations: {networking.istio.io/exportTo: '.'}}\nspec: {ports: [{port: 80, name: http}]}")});
  EXPECT_THAT(names(ResourceType::cluster), IsEmpty());
  EXPECT_THAT(names(ResourceType::routes), IsEmpty());
}

TEST_F(World, TwoServicesShareTheRoutesOfTheirPort) {
  apply({service("shop", "a", "{ports: [{port: 80, name: http}]}"),
         service("data", "b", "{ports: [{port: 80, name: http}]}")});
  EXPECT_THAT(names(ResourceType::routes), ElementsAre("80"));
  apply({removed(service("shop", "a", "{}"))});
  EXPECT_THAT(names(ResourceType::routes), ElementsAre("80"));
}

TEST_F(World, AVirtualServiceForAHostInNoRegistryHasItsRoutesOnPort80) {
  apply({service("shop", "api", kApi)});
  auto changes =
      apply({virtual_service("shop", "ext", "{hosts: [ext.example], http: [{route: [{destination: {host: api}}]}]}")});
  EXPECT_THAT(changes.of(ResourceType::routes), ElementsAre("80"));
}

TEST_F(World, ReadyPodsOfAHeadlessServiceHaveListenersAndNames) {
  apply({service("shop", "db", "{clusterIP: None, ports: [{port: 5432, name: http}]}"),
         service("shop", "peers", "{clusterIP: None, ports: [{port: 7000, name: tcp}]}")});
  auto changes = apply({slice("shop", "s", "peers", "{addresses: [10.0.0.1]}")});
  EXPECT_THAT(changes.of(ResourceType::listener), ElementsAre("10.0.0.1_7000"));
  EXPECT_THAT(changes.of(ResourceType::names), ElementsAre("NameTable"));
}

mesh::ObjectChange alias(const std::string& name, const std::string& target) {
  return service("shop", name, "{type: ExternalName, externalName: " + target + "}");
}

TEST_F(World, AnExternalNameIsOneMoreNameOfTheHostItStandsFor) {
  apply({service("shop", "api", kApi)});
  auto changes = apply({alias("old", "api.shop.svc.cluster.local")});
  EXPECT_THAT(changes.of(ResourceType::routes), ElementsAre("80"));
  EXPECT_THAT(changes.of(ResourceType::names), ElementsAre("NameTable"));
  EXPECT_THAT(names(ResourceType::cluster), ElementsAre("outbound|80||api.shop.svc.cluster.local"));
}

TEST_F(World, RulesForAnExternalNameHoldOnThePortsOfTheHostItStandsFor) {
  apply({service("shop", "api", "{clusterIP: 10.96.0.1, ports: [{port: 81, name: http}]}"),
         alias("old", "api.shop.svc.cluster.local")});
  auto changes = apply(
      {virtual_service("shop", "old", "{hosts: [old], http: [{route: [{destination: {host: old}}], timeout: 1s}]}")});
  EXPECT_THAT(changes.of(ResourceType::routes), ElementsAre("81"));
}

TEST_F(World, RoutesToAnExternalNameFollowItElsewhere) {
  apply({service("shop", "api", kApi), service("shop", "next", "{ports: [{port: 82, name: http}]}"),
         alias("old", "api.shop.svc.cluster.local"),
         virtual_service("shop", "w", "{hosts: [front.example], http: [{route: [{destination: {host: old}}]}]}")});
  EXPECT_THAT(apply({alias("old", "next.shop.svc.cluster.local")}).of(ResourceType::routes), ElementsAre("80", "82"));
  EXPECT_THAT(apply({service("shop", "next", "{ports: [{port: 83, name: http}]}")}).of(ResourceType::routes),
              testing::Contains("80"));
}

// The oldest of two that want one listener has it; when it goes, the other.
TEST_F(World, AListenerThatSeveralServicesWantIsNeverLostToAnyOfThem) {
  const auto entry = [](const std::string& name, const std::string& year) {
    return mesh::object("networking.istio.io/serviceentries", "shop", name,
                        "metadata: {creationTimestamp: \"" + year + "-01-01T00:00:00Z\"}\nspec: {hosts: [" + name +
                            ".com], addresses: [192.0.2.1], ports: [{number: 5432, name: db, protocol: TCP}]}");
  };
  const auto leads_to = [&](const std::string& cluster) {
    const auto found = world.resources().find(ResourceType::listener, "192.0.2.1_5432");
    return found && found->body.find(cluster) != std::string::npos;
  };
  apply({entry("b", "2021")});
  EXPECT_TRUE(leads_to("outbound|5432||b.com"));
  apply({entry("a", "2022")});
  EXPECT_TRUE(leads_to("outbound|5432||b.com")) << "a younger one takes nothing away";
  apply({entry("c", "2020")});
  EXPECT_TRUE(leads_to("outbound|5432||c.com"));
  apply({removed(entry("b", "2021"))});
  EXPECT_TRUE(leads_to("outbound|5432||c.com")) << "who goes without having it changes nothing";
  apply({removed(entry("c", "2020"))});
  EXPECT_TRUE(leads_to("outbound|5432||a.com"));
  apply({service("shop", "k", "{clusterIP: 192.0.2.1, ports: [{port: 5432, name: tcp}]}")});
  EXPECT_TRUE(leads_to("outbound|5432||k.shop.svc.cluster.local")) << "Kubernetes' own come first";
  apply({removed(service("shop", "k", "{}")), removed(entry("a", "2022"))});
  EXPECT_THAT(names(ResourceType::listener), IsEmpty());
}

TEST_F(World, PodsOfTwoHeadlessServicesKeepTheirListenersWhenOneOfThemGoes) {
  apply({service("shop", "a", "{clusterIP: None, ports: [{port: 7000, name: tcp}]}"),
         service("shop", "b", "{clusterIP: None, ports: [{port: 7000, name: tcp}]}"),
         slice("shop", "s", "a", "{addresses: [10.0.0.1]}"), slice("shop", "t", "b", "{addresses: [10.0.0.1]}")});
  apply({removed(service("shop", "a", "{}"))});
  EXPECT_THAT(names(ResourceType::listener), ElementsAre("10.0.0.1_7000"));
  apply({slice("shop", "t", "b", "{addresses: [10.0.0.2]}")});
  EXPECT_THAT(names(ResourceType::listener), ElementsAre("10.0.0.2_7000"));
}

TEST_F(World, AnEntryForAnyAddressTakesNoPortFromTheOthers) {
  apply(
      {service("shop", "api", kApi),
       mesh::service_entry("shop", "any",
                           "{hosts: [any.com], addresses: [0.0.0.0], ports: [{number: 80, name: t, protocol: TCP}]}")});
  EXPECT_THAT(names(ResourceType::listener), ElementsAre("0.0.0.0_80"));
  EXPECT_NE(world.resources().find(ResourceType::listener, "0.0.0.0_80")->body.find("http_connection_manager"),
            std::string::npos);
}

TEST_F(World, ASocketFileOfTheSidecarLeadsToWhatItsListenerTakesIn) {
  auto sidecar = mesh::sidecar("shop", "default",
                               "{egress: [{port: {number: 0, protocol: HTTP}, bind: 'unix:///s', hosts: ['shop/*']}]}");
  apply({sidecar, service("shop", "api", kApi)});
  OutboundWorld seen({"shop", {}, translate::ClientKind::sidecar, "shop/default"}, *builder.view());
  const auto names_in = [&](ResourceType type) {
    std::vector<std::string> found;
    for (const auto& [name, resource] : seen.resources().of(type)) found.push_back(name);
    return found;
  };
  EXPECT_THAT(names_in(ResourceType::listener), ElementsAre("unix:///s"));
  EXPECT_THAT(names_in(ResourceType::routes), ElementsAre("unix:///s"));
  EXPECT_THAT(names_in(ResourceType::cluster), ElementsAre("outbound|80||api.shop.svc.cluster.local"));
  auto touched = builder.apply({service("shop", "more", "{clusterIP: 10.96.0.2, ports: [{port: 80, name: http}]}")});
  EXPECT_THAT(seen.update(*builder.view(), touched).of(ResourceType::routes), ElementsAre("unix:///s"));
  touched = builder.apply({removed(sidecar)});
  seen.update(*builder.view(), touched);
  EXPECT_THAT(names_in(ResourceType::listener), testing::Not(testing::Contains("unix:///s")));
}

// Incremental updates must end where a world made afresh begins.
TEST_F(World, ManyChangesEndWhereAFreshWorldBegins) {
  auto rule = destination_rule("shop", "api", "{host: api, subsets: [{name: v1, labels: {version: v1}}]}");
  auto first =
      virtual_service("shop", "api", "{hosts: [api], http: [{route: [{destination: {host: api, subset: v1}}]}]}");
  apply({first});
  apply({service("shop", "api", kApi), rule});
  apply({slice("shop", "s", "api", "{addresses: [10.0.0.1]}")});
  apply({service("shop", "api", "{clusterIP: 10.96.0.1, ports: [{port: 81, name: http}, {port: 82, name: x}]}")});
  apply({removed(first),
         virtual_service("shop", "w",
                         "{hosts: ['*.svc.cluster.local'], http: [{route: [{destination: {host: api}}]}]}")});
  apply({removed(rule)});
  OutboundWorld fresh({"shop", {}}, *builder.view());
  ChangeSet differences;
  ResourceMaps::compare(world.resources(), fresh.resources(), differences);
  EXPECT_TRUE(differences.empty());
}

TEST_F(World, ANameToResolveHasItsEndpointsInItsCluster) {
  const auto entry = [](const std::string& endpoint) {
    return mesh::service_entry("shop", "ext",
                               "{hosts: [a.com], resolution: DNS, ports: [{number: 80, name: http, protocol: HTTP}], "
                               "endpoints: [{address: " +
                                   endpoint + "}]}");
  };
  apply({entry("b.com")});
  EXPECT_THAT(names(ResourceType::cluster), ElementsAre("outbound|80||a.com"));
  EXPECT_THAT(names(ResourceType::endpoints), IsEmpty());
  EXPECT_THAT(apply({entry("c.com")}).of(ResourceType::cluster), ElementsAre("outbound|80||a.com"));
}

TEST_F(World, OpaquePortsWithoutAnAddressShareAListener) {
  apply({mesh::service_entry("shop", "a", "{hosts: [a.com], ports: [{number: 443, name: tls, protocol: TLS}]}"),
         mesh::service_entry("shop", "b", "{hosts: [b.com], ports: [{number: 443, name: tls, protocol: TLS}]}")});
  EXPECT_THAT(names(ResourceType::listener), ElementsAre("0.0.0.0_443"));
}

TEST_F(World, MeshConfigChangesTheRoutesOfEveryPort) {
  apply({service("shop", "api", kApi), service("shop", "other", "{ports: [{port: 81, name: http}]}")});
  const auto changes = apply({mesh::mesh_config("outboundTrafficPolicy: {mode: REGISTRY_ONLY}")});
  EXPECT_THAT(changes.of(ResourceType::routes), ElementsAre("80", "81"));
  EXPECT_THAT(changes.of(ResourceType::cluster), IsEmpty());
}

TEST(SidecarWorld, HasWhatItsSidecarReachesAndFollowsIt) {
  mesh::MeshBuilder builder;
  const auto seeing = [](const std::string& hosts) {
    return mesh::sidecar("shop", "s", "{egress: [{hosts: [" + hosts + "]}]}");
  };
  builder.apply({service("shop", "api", kApi), service("far", "api", kApi), seeing("\"./*\"")});
  OutboundWorld world({"shop", {}, translate::ClientKind::sidecar, "shop/s"}, *builder.view());
  EXPECT_TRUE(world.resources().find(ResourceType::cluster, "outbound|80||api.shop.svc.cluster.local"));
  EXPECT_FALSE(world.resources().find(ResourceType::cluster, "outbound|80||api.far.svc.cluster.local"));

  const auto touched = builder.apply({seeing("\"far/*\"")});
  const auto changes = world.update(*builder.view(), touched);
  EXPECT_THAT(changes.of(ResourceType::cluster),
              ElementsAre("outbound|80||api.far.svc.cluster.local", "outbound|80||api.shop.svc.cluster.local"));
}

}  // namespace
}  // namespace weft::control
