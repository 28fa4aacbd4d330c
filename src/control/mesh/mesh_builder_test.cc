#include "control/mesh/mesh_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/mesh/testing_objects.h"

namespace weft::control::mesh {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kHost = "api.shop.svc.cluster.local";
constexpr const char* kEndpointOfPod = "{addresses: [10.0.0.1], targetRef: {kind: Pod, name: api-1}}";

TEST(MeshBuilder, AServiceIsKnownByItsHost) {
  MeshBuilder builder;
  auto touched = builder.apply({service("shop", "api", "{clusterIP: 10.96.0.1, ports: [{port: 80, name: http}]}")});
  EXPECT_THAT(touched.hosts, ElementsAre(kHost));
  auto found = builder.view()->service(kHost);
  ASSERT_TRUE(found);
  EXPECT_THAT(found->addresses, ElementsAre("10.96.0.1"));
  EXPECT_EQ(found->port(80)->protocol, Protocol::http);
  EXPECT_EQ(found->port(80)->target_number, 80U);
}

TEST(MeshBuilder, AServiceSaysWhichEndpointsItsClientsPrefer) {
  const auto preference = [](const std::string& field, const std::string& annotated) {
    const std::string annotations =
        "metadata: {annotations: {networking.istio.io/traffic-distribution: '" + annotated + "'}}\n";
    MeshBuilder builder;
    builder.apply({object("/services", "shop", "api", annotations + "spec: {" + field + "ports: [{port: 80}]}")});
    return builder.view()->service(kHost)->prefers;
  };
  EXPECT_EQ(preference("", ""), Prefers::nothing);
  EXPECT_EQ(preference("trafficDistribution: PreferClose, ", ""), Prefers::same_zone);
  EXPECT_EQ(preference("trafficDistribution: PreferSameZone, ", "PreferSameNode"), Prefers::same_zone);
  EXPECT_EQ(preference("trafficDistribution: PreferSameNode, ", ""), Prefers::same_node);
  EXPECT_EQ(preference("", "preferclose"), Prefers::same_zone) << "the annotation ignores case";
  EXPECT_EQ(preference("", "PreferSameNetwork"), Prefers::nothing);
}

TEST(MeshBuilder, AnOlderViewStaysAsItWas) {
  MeshBuilder builder;
  auto change = service("shop", "api", "{ports: [{port: 80}]}");
  builder.apply({change});
  auto older = builder.view();
  builder.apply({removed(change)});
  EXPECT_TRUE(older->service(kHost));
  EXPECT_FALSE(builder.view()->service(kHost));
}

TEST(MeshBuilder, EndpointsHaveTheLabelsOfTheirPods) {
  MeshBuilder builder;
  builder.apply({pod("shop", "api-1", "10.0.0.1", "{version: v1}"), slice("shop", "s", "api", kEndpointOfPod)});
  auto endpoints = builder.view()->endpoints("shop", kHost);
  ASSERT_EQ(endpoints->size(), 1U);
  EXPECT_EQ(endpoints->front().labels.at("version"), "v1");
  EXPECT_EQ(endpoints->front().ports.at("http"), 8080U);
}

TEST(MeshBuilder, APodThatComesAfterItsEndpointStillGivesItItsLabels) {
  MeshBuilder builder;
  builder.apply({slice("shop", "s", "api", kEndpointOfPod)});
  auto touched = builder.apply({pod("shop", "api-1", "10.0.0.1", "{version: v1}")});
  EXPECT_THAT(touched.endpoints, ElementsAre(kHost));
  EXPECT_EQ(builder.view()->endpoints("shop", kHost)->front().labels.at("version"), "v1");
}

TEST(MeshBuilder, AnEndpointThatIsShuttingDownIsNotReady) {
  MeshBuilder builder;
  builder.apply({slice("shop", "s", "api", "{addresses: [10.0.0.1], conditions: {ready: true, terminating: true}}")});
  EXPECT_FALSE(builder.view()->endpoints("shop", kHost)->front().ready);
}

TEST(MeshBuilder, AnAddressInTwoSlicesIsOneEndpoint) {
  MeshBuilder builder;
  builder.apply({slice("shop", "s1", "api", "{addresses: [10.0.0.1]}, {addresses: [10.0.0.2]}"),
                 slice("shop", "s2", "api", "{addresses: [10.0.0.1]}")});
  EXPECT_EQ(builder.view()->endpoints("shop", kHost)->size(), 2U);
}

TEST(MeshBuilder, ASliceThatSaysTheSameTouchesNothing) {
  MeshBuilder builder;
  builder.apply({slice("shop", "s", "api", "{addresses: [10.0.0.1]}")});
  EXPECT_TRUE(builder.apply({slice("shop", "s", "api", "{addresses: [10.0.0.1]}")}).empty());
}

TEST(MeshBuilder, ARemovedSliceLeavesNoEndpoints) {
  MeshBuilder builder;
  auto change = slice("shop", "s", "api", "{addresses: [10.0.0.1]}");
  builder.apply({change});
  EXPECT_THAT(builder.apply({removed(change)}).endpoints, ElementsAre(kHost));
  EXPECT_THAT(*builder.view()->endpoints("shop", kHost), IsEmpty());
}

TEST(MeshBuilder, AStatusThatRoutingDoesNotReadTouchesNothing) {
  MeshBuilder builder;
  builder.apply({pod("shop", "api-1", "10.0.0.1", "{a: b}")});
  auto same = pod("shop", "api-1", "10.0.0.1", "{a: b}");
  same.json.insert(same.json.rfind('}'), R"(,"extra":{"x":1})");
  EXPECT_TRUE(builder.apply({same}).empty());
}

TEST(MeshBuilder, AnAddressBelongsToThePodThatHadItLast) {
  MeshBuilder builder;
  auto first = pod("shop", "a", "10.0.0.1", "{}");
  builder.apply({first, pod("shop", "b", "10.0.0.1", "{}")});
  builder.apply({removed(first)});
  ASSERT_TRUE(builder.view()->pod_with_ip("10.0.0.1"));
  EXPECT_EQ(builder.view()->pod_with_ip("10.0.0.1")->name, "b");
}

TEST(MeshBuilder, ServicesSelectPodsByAllOfTheirLabels) {
  MeshBuilder builder;
  builder.apply({service("shop", "both", "{selector: {app: a, tier: b}, ports: [{port: 80}]}"),
                 service("shop", "one", "{selector: {app: a}, ports: [{port: 80}]}"),
                 service("shop", "none", "{ports: [{port: 80}]}")});
  auto selecting = builder.view()->services().selecting("shop", {{"app", "a"}});
  ASSERT_EQ(selecting.size(), 1U);
  EXPECT_EQ(selecting.front()->name, "one");
}

TEST(MeshBuilder, KnowsWhichLabelsOfClientsMatter) {
  MeshBuilder builder;
  auto change = virtual_service("shop", "api",
                                "{hosts: [api], http: [{match: [{sourceLabels: {tier: gold}}], route: "
                                "[{destination: {host: api}}]}]}");
  EXPECT_TRUE(builder.apply({change}).client_labels);
  EXPECT_THAT(builder.view()->client_label_keys(), ElementsAre("tier"));
  EXPECT_TRUE(builder.apply({removed(change)}).client_labels);
  EXPECT_THAT(builder.view()->client_label_keys(), IsEmpty());
}

TEST(MeshBuilder, AnObjectThatDoesNotParseCountsAsRemoved) {
  MeshBuilder builder;
  auto change = service("shop", "api", "{ports: [{port: 80}]}");
  builder.apply({change});
  change.json = "{";
  builder.apply({change});
  EXPECT_FALSE(builder.view()->service(kHost));
}

TEST(MeshBuilder, ObjectsThatRoutingDoesNotReadArePassedOver) {
  MeshBuilder builder;
  EXPECT_TRUE(builder.apply({{"/configmaps", "shop", "c", R"({"apiVersion":"v1","kind":"ConfigMap"})"}}).empty());
}

ObjectChange meshed_pod(const std::string& account, const std::string& more = "") {
  return object("/pods", "shop", "a",
                "metadata: {labels: {app: a" + more +
                    "}, annotations: {sidecar.istio.io/status: \"{}\"}}\nspec: "
                    "{serviceAccountName: " +
                    account + ", containers: [{name: c, image: i}]}\nstatus: {podIP: 10.0.0.1}");
}
const char* const kListed = "{addresses: [10.0.0.1], conditions: {ready: true}, targetRef: {kind: Pod, name: a}}";

TEST(MeshBuilder, AnotherServiceAccountBehindAHostTouchesTheHostItself) {
  MeshBuilder builder;
  builder.apply({service("shop", "web", "{ports: [{port: 80, name: http}]}"), meshed_pod("one"),
                 slice("shop", "s", "web", kListed)});
  EXPECT_EQ(builder.view()->endpoints("shop", "web.shop.svc.cluster.local")->at(0).service_account, "one");
  const auto same = builder.apply({meshed_pod("one", ", version: v2")});
  EXPECT_TRUE(same.hosts.empty());
  EXPECT_TRUE(same.endpoints.contains("web.shop.svc.cluster.local"));
  EXPECT_TRUE(builder.apply({meshed_pod("two")}).hosts.contains("web.shop.svc.cluster.local"));
}

TEST(MeshBuilder, OnlyPodsWithSidecarsEndTheMeshsTls) {
  MeshBuilder builder;
  const auto ends = [&] {
    return builder.view()->endpoints("shop", "web.shop.svc.cluster.local")->at(0).ends_mesh_tls;
  };
  builder.apply({service("shop", "web", "{ports: [{port: 80, name: http}]}"), meshed_pod("one"),
                 slice("shop", "s", "web", kListed)});
  EXPECT_TRUE(ends());
  builder.apply({meshed_pod("one", ", security.istio.io/tlsMode: disabled")});
  EXPECT_FALSE(ends());
  builder.apply({pod("shop", "a", "10.0.0.1", "{app: a}")});
  EXPECT_FALSE(ends());
}

TEST(MeshBuilder, WorkloadEntriesWithAnIdentityEndTheMeshsTls) {
  MeshBuilder builder;
  const auto ends = [&](const std::string& entry) {
    builder.apply({service("shop", "web", "{selector: {app: a}, ports: [{port: 80, name: http}]}"),
                   workload_entry("shop", "w", "{address: 10.0.0.9, labels: {app: a}" + entry + "}")});
    return builder.view()->endpoints("shop", "web.shop.svc.cluster.local")->at(0).ends_mesh_tls;
  };
  EXPECT_FALSE(ends(""));
  EXPECT_TRUE(ends(", serviceAccount: legacy"));
}

ObjectChange authorization(const std::string& space, const std::string& name, const std::string& rest) {
  return object("security.istio.io/authorizationpolicies", space, name, rest);
}

TEST(MeshBuilder, APolicyTouchesTheWorkloadsOfItsNamespaceAndOfTheRootEverybodys) {
  MeshBuilder builder;
  EXPECT_THAT(builder.apply({authorization("shop", "a", "spec: {}")}).policy_spaces, ElementsAre("shop"));
  EXPECT_THAT(builder.apply({authorization("istio-system", "a", "spec: {}")}).policy_spaces, ElementsAre("*"));
  EXPECT_THAT(builder.apply({removed(authorization("shop", "a", ""))}).policy_spaces, ElementsAre("shop"));
  EXPECT_EQ(builder.view()->authorization_policies().all().size(), 1U);
}

TEST(MeshBuilder, PoliciesHoldForTheWorkloadsTheySelectTheOldestFirst) {
  MeshBuilder builder;
  builder.apply(
      {authorization("shop", "new", "metadata: {creationTimestamp: '2026-01-02T00:00:00Z'}\nspec: {}"),
       authorization("shop", "old", "metadata: {creationTimestamp: '2026-01-01T00:00:00Z'}\nspec: {}"),
       authorization("shop", "web", "spec: {selector: {matchLabels: {app: web}}}"),
       authorization("other", "far", "spec: {}"),
       authorization("istio-system", "all", "metadata: {creationTimestamp: '2025-01-01T00:00:00Z'}\nspec: {}")});
  const auto& view = *builder.view();
  std::vector<std::string> names;
  for (const auto& policy : view.authorization_policies().selecting("shop", {{"app", "api"}}, view.root_space()))
    names.push_back(policy->name);
  EXPECT_THAT(names, ElementsAre("istio-system/all", "shop/old", "shop/new"));
}

TEST(MeshBuilder, APolicyWithTargetsIsForNoWorkload) {
  MeshBuilder builder;
  const std::string spec = "spec: {targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: g}]}";
  builder.apply({authorization("shop", "a", "spec: {}")});
  builder.apply({authorization("shop", "a", spec)});
  EXPECT_TRUE(builder.view()->authorization_policies().all().empty());
}

TEST(MeshBuilder, AnAnnotationMakesATrialOfAPolicy) {
  MeshBuilder builder;
  builder.apply({authorization("shop", "a", "metadata: {annotations: {istio.io/dry-run: 'true'}}\nspec: {}")});
  EXPECT_TRUE(builder.view()->authorization_policies().all().front()->is_dry_run);
}

TEST(MeshBuilder, ANetworkPolicyTouchesThePodsWhoseIngressBecomesAnotherOne) {
  const auto web = object("networking.k8s.io/networkpolicies", "shop", "web",
                          "spec: {podSelector: {matchLabels: {app: api}}, ingress: [{from: [{podSelector: "
                          "{matchLabels: {app: web}}}]}]}");
  MeshBuilder builder;
  builder.apply({pod("shop", "api-a", "10.0.0.1", "{app: api}"), pod("shop", "web-a", "10.0.0.2", "{app: web}")});
  EXPECT_EQ(builder.view()->ingress_of("shop", "api-a"), nullptr);
  EXPECT_THAT(builder.apply({web}).pods, ElementsAre("shop/api-a"));
  const auto before = builder.view()->ingress_of("shop", "api-a");
  ASSERT_NE(before, nullptr);
  EXPECT_EQ(before->allowances.front().peers->v4_texts(), std::vector<std::string>{"10.0.0.2"});
  EXPECT_TRUE(builder.apply({web}).empty()) << "the same again";
  EXPECT_THAT(builder.apply({pod("shop", "web-b", "10.0.0.3", "{app: web}")}).pods,
              ElementsAre("shop/api-a", "shop/web-b"));
  EXPECT_THAT(builder.apply({pod("shop", "batch", "10.0.0.4", "{app: batch}")}).pods, ElementsAre("shop/batch"));
  EXPECT_THAT(builder.apply({removed(web)}).pods, ElementsAre("shop/api-a"));
  EXPECT_EQ(builder.view()->ingress_of("shop", "api-a"), nullptr);
}

TEST(MeshBuilder, ANetworkPolicyFollowsTheLabelsOfNamespaces) {
  MeshBuilder builder;
  builder.apply({pod("shop", "api", "10.0.0.1", "{}"), pod("bank", "teller", "10.0.0.2", "{}"),
                 object("networking.k8s.io/networkpolicies", "shop", "bank",
                        "spec: {ingress: [{from: [{namespaceSelector: {matchLabels: {kind: money}}}]}]}")});
  EXPECT_TRUE(builder.view()->ingress_of("shop", "api")->allowances.empty());
  EXPECT_THAT(builder.apply({object("/namespaces", "", "bank", "metadata: {labels: {kind: money}}")}).pods,
              ElementsAre("shop/api"));
  EXPECT_EQ(builder.view()->ingress_of("shop", "api")->allowances.size(), 1U);
}

}  // namespace
}  // namespace weft::control::mesh
