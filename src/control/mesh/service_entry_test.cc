#include "control/mesh/service_entry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/mesh/locality.h"
#include "control/mesh/mesh_builder.h"
#include "control/mesh/testing_objects.h"

namespace weft::control::mesh {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kPorts = "ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8080}]";

std::string entry(const std::string& rest) {
  return "{hosts: [api.example.com], " + std::string(kPorts) + ", " + rest + "}";
}

// "ADDRESS:PORT weight" of each endpoint that is ready.
std::vector<std::string> endpoints_of(const MeshBuilder& builder, const std::string& space,
                                      const std::string& host = "api.example.com") {
  std::vector<std::string> texts;
  const auto endpoints = builder.view()->endpoints(space, host);
  for (const auto& endpoint : *endpoints) {
    if (!endpoint.ready) continue;
    texts.push_back(endpoint.address + ":" + std::to_string(endpoint.ports.at("http")) + " " +
                    std::to_string(endpoint.weight));
  }
  return texts;
}

TEST(ServiceEntry, BecomesOneServiceForEachHost) {
  MeshBuilder builder;
  const auto touched = builder.apply({service_entry(
      "shop", "ext", "{hosts: [A.com, \"*.b.com\"], addresses: [192.0.2.1], " + std::string(kPorts) + "}")});
  EXPECT_THAT(touched.hosts, ElementsAre("*.b.com", "a.com"));
  const auto found = builder.view()->service("a.com");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->registry, Registry::service_entry);
  EXPECT_EQ(found->resolution, Resolution::dialled);
  EXPECT_TRUE(found->is_external);
  EXPECT_THAT(found->addresses, ElementsAre("192.0.2.1"));
  EXPECT_EQ(found->port(80)->protocol, Protocol::http);
  EXPECT_EQ(found->port(80)->target_number, 8080U);
}

TEST(ServiceEntry, EndpointsHaveTheirOwnPortsWeightsAndPlaces) {
  MeshBuilder builder;
  builder.apply({service_entry("shop", "ext",
                               entry("resolution: STATIC, endpoints: [{address: 10.0.0.1, weight: 3, locality: r/z/s}, "
                                     "{address: 10.0.0.2, ports: {http: 9}}]"))});
  EXPECT_THAT(endpoints_of(builder, "shop"), ElementsAre("10.0.0.1:8080 3", "10.0.0.2:9 1"));
  const auto endpoints = builder.view()->endpoints("shop", "api.example.com");
  EXPECT_EQ(locality_of(endpoints->front().labels), (Locality{"r", "z", "s"}));
}

TEST(ServiceEntry, ANameWithoutEndpointsIsItsOwnEndpoint) {
  MeshBuilder builder;
  builder.apply({service_entry("shop", "ext", entry("resolution: DNS"))});
  EXPECT_THAT(endpoints_of(builder, "shop"), ElementsAre("api.example.com:8080 1"));
}

TEST(ServiceEntry, SelectsWorkloadEntriesAndPodsOfItsNamespace) {
  MeshBuilder builder;
  const auto vm = workload_entry("shop", "vm", "{address: 10.0.0.5, labels: {app: a}, weight: 2}");
  builder.apply({service_entry("shop", "ext", entry("resolution: STATIC, workloadSelector: {labels: {app: a}}")), vm,
                 workload_entry("other", "vm", "{address: 10.0.0.6, labels: {app: a}}"),
                 workload_entry("shop", "db", "{address: 10.0.0.7, labels: {app: db}}")});
  EXPECT_THAT(endpoints_of(builder, "shop"), ElementsAre("10.0.0.5:8080 2"));

  auto ready = pod("shop", "a-1", "10.0.0.8", "{app: a}");
  ready.json.insert(ready.json.find("\"podIP\""), R"("conditions":[{"type":"Ready","status":"True"}],)");
  EXPECT_THAT(builder.apply({ready}).endpoints, ElementsAre("api.example.com"));
  EXPECT_THAT(endpoints_of(builder, "shop"), ElementsAre("10.0.0.5:8080 2", "10.0.0.8:8080 1"));

  builder.apply({removed(vm), removed(ready)});
  EXPECT_THAT(endpoints_of(builder, "shop"), IsEmpty());
}

TEST(ServiceEntry, AnUnhealthyWorkloadGetsNothing) {
  MeshBuilder builder;
  builder.apply({service_entry("shop", "ext", entry("resolution: STATIC, workloadSelector: {labels: {app: a}}")),
                 object("networking.istio.io/workloadentries", "shop", "vm",
                        "spec: {address: 10.0.0.5, labels: {app: a}}\n"
                        "status: {conditions: [{type: Healthy, status: \"False\"}]}")});
  EXPECT_THAT(endpoints_of(builder, "shop"), IsEmpty());
}

TEST(ServiceEntry, AKubernetesServiceSelectsWorkloadEntriesToo) {
  MeshBuilder builder;
  builder.apply({service("shop", "api", "{selector: {app: a}, ports: [{port: 80, name: http, targetPort: 8080}]}"),
                 workload_entry("shop", "vm", "{address: 10.0.0.5, labels: {app: a}}")});
  EXPECT_THAT(endpoints_of(builder, "shop", "api.shop.svc.cluster.local"), ElementsAre("10.0.0.5:8080 1"));
}

TEST(ServiceEntry, AddsEndpointsToAKubernetesServiceOfItsName) {
  MeshBuilder builder;
  builder.apply({service("shop", "api", "{clusterIP: 10.96.0.1, ports: [{port: 80, name: http}]}"),
                 service_entry("shop", "more",
                               "{hosts: [api.shop.svc.cluster.local], resolution: STATIC, " + std::string(kPorts) +
                                   ", endpoints: [{address: 10.0.0.9}]}")});
  const std::string host = "api.shop.svc.cluster.local";
  EXPECT_EQ(builder.view()->service(host)->registry, Registry::kubernetes);
  EXPECT_THAT(endpoints_of(builder, "shop", host), ElementsAre("10.0.0.9:8080 1"));
}

TEST(ServiceEntry, OfOneHostTheOldestThatIsSeenSpeaks) {
  MeshBuilder builder;
  const auto aged = [](const std::string& space, const std::string& created, const std::string& rest) {
    return object("networking.istio.io/serviceentries", space, "ext",
                  "metadata: {creationTimestamp: \"" + created + "\"}\nspec: " + entry(rest));
  };
  builder.apply({aged("a", "2020-01-01T00:00:00Z", "exportTo: [\".\"]"),
                 aged("b", "2021-01-01T00:00:00Z", "exportTo: [c]"),
                 aged("d", "2022-01-01T00:00:00Z", "exportTo: [\"*\"]")});
  const auto seen_from = [&](const std::string& space) {
    return builder.view()->services().find("api.example.com", space)->space;
  };
  EXPECT_EQ(seen_from("a"), "a");
  EXPECT_EQ(seen_from("c"), "b");
  EXPECT_EQ(seen_from("z"), "d");
}

TEST(ServiceEntry, HostsWithoutAddressesGetOneThatFollowsFromTheirName) {
  MeshBuilder builder;
  const auto ext = service_entry("shop", "ext", entry("resolution: DNS"));
  builder.apply({ext});
  const auto given = builder.view()->service("api.example.com")->addresses;
  ASSERT_EQ(given.size(), 1U);
  EXPECT_TRUE(given.front().starts_with("240.240.")) << given.front();
  builder.apply({removed(ext)});
  builder.apply({ext});
  EXPECT_EQ(builder.view()->service("api.example.com")->addresses, given);
}

// h1.com and h263.com of namespace shop fall on one address.
TEST(ServiceEntry, OfTwoHostsThatFallOnOneAddressTheOlderHasItHoweverTheyComeIn) {
  const auto made = [](const std::string& host, const std::string& created) {
    return object("networking.istio.io/serviceentries", "shop", host,
                  "metadata: {creationTimestamp: \"" + created + "\"}\nspec: {hosts: [" + host +
                      "], resolution: DNS, " + kPorts + "}");
  };
  const auto older = made("h263.com", "2020-01-01T00:00:00Z");
  const auto younger = made("h1.com", "2021-01-01T00:00:00Z");
  MeshBuilder live;
  live.apply({older});
  live.apply({younger});
  MeshBuilder restarted;
  restarted.apply({younger, older});
  for (const auto* host : {"h1.com", "h263.com"}) {
    EXPECT_EQ(live.view()->service(host)->addresses, restarted.view()->service(host)->addresses) << host;
  }
  MeshBuilder alone;
  alone.apply({younger});
  EXPECT_EQ(alone.view()->service("h1.com")->addresses, live.view()->service("h263.com")->addresses);
}

TEST(ServiceEntry, KeepsTheAddressThatItsStatusSays) {
  MeshBuilder builder;
  builder.apply({object(
      "networking.istio.io/serviceentries", "shop", "ext",
      "spec: " + entry("resolution: DNS") + "\nstatus: {addresses: [{value: 240.240.7.7, host: api.example.com}]}")});
  EXPECT_THAT(builder.view()->service("api.example.com")->addresses, ElementsAre("240.240.7.7"));
}

}  // namespace
}  // namespace weft::control::mesh
