#include "control/workloads/endpoint_slices.h"

#include "control/workloads/world_fixture_test.h"

namespace weft::control {
namespace {

using api::Json;

class EndpointSlicesTest : public WorldFixture {
 protected:
  Key add_service(const std::string& port) {
    return add(
        "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop, labels: {team: a}}\n"
        "spec: {selector: {app: web}, ports: [" +
        port + "]}\n");
  }
  Key add_pod(const std::string& name, const std::string& ip, const std::string& ready, int port = 8080) {
    return add("apiVersion: v1\nkind: Pod\nmetadata: {name: " + name +
               ", namespace: shop, labels: {app: web}}\n"
               "spec: {nodeName: local, containers: [{name: c, image: i, ports: [{name: http, containerPort: " +
               std::to_string(port) +
               "}]}]}\n"
               "status: {phase: Running, podIP: " +
               ip + ", conditions: [{type: Ready, status: '" + ready + "'}]}\n");
  }
  std::vector<Json> settle(const Key& service) {
    apply(tend_endpoint_slices(world_, service, moment()));
    EXPECT_TRUE(tend_endpoint_slices(world_, service, moment()).writes.empty()) << "does not come to rest";
    std::vector<Json> slices;
    for (const Key& key : keys(kEndpointSlices, "shop")) slices.push_back(body(key));
    return slices;
  }
};

TEST_F(EndpointSlicesTest, ListsTheAddressesOfSelectedPods) {
  const Key service = add_service("{name: http, port: 80, targetPort: 8080}");
  add_pod("a", "10.244.0.1", "True");
  add_pod("b", "10.244.0.2", "False");
  const auto slices = settle(service);
  ASSERT_EQ(slices.size(), 1u);
  const Json& slice = slices[0];
  EXPECT_EQ(text_at(slice, "metadata", "labels", "kubernetes.io/service-name"), "web");
  EXPECT_EQ(text_at(slice, "metadata", "labels", "team"), "a");
  EXPECT_EQ(slice["metadata"]["ownerReferences"][0]["uid"], "uid-web");
  EXPECT_EQ(slice["ports"], Json::parse(R"([{"name":"http","port":8080,"protocol":"TCP"}])"));
  ASSERT_EQ(slice["endpoints"].size(), 2u);
  EXPECT_EQ(slice["endpoints"][0]["addresses"], Json::array({"10.244.0.1"}));
  EXPECT_EQ(slice["endpoints"][0]["conditions"], Json::parse(R"({"ready":true,"serving":true,"terminating":false})"));
  EXPECT_EQ(slice["endpoints"][0]["targetRef"]["name"], "a");
  EXPECT_EQ(slice["endpoints"][0]["nodeName"], "local");
  EXPECT_EQ(slice["endpoints"][1]["conditions"]["ready"], false);
}

TEST_F(EndpointSlicesTest, AServiceWithoutPodsHasAnEmptySlice) {
  const auto slices = settle(add_service("{port: 80}"));
  ASSERT_EQ(slices.size(), 1u);
  EXPECT_TRUE(slices[0]["endpoints"].empty());
}

TEST_F(EndpointSlicesTest, PodsWithoutAddressOrEndedAreLeftOut) {
  const Key service = add_service("{port: 80}");
  add_pod("a", "''", "True");
  change(add_pod("b", "10.244.0.2", "True"), [](Json& body) { body["status"]["phase"] = "Succeeded"; });
  EXPECT_TRUE(settle(service)[0]["endpoints"].empty());
}

TEST_F(EndpointSlicesTest, NamedPortsThatDifferMakeASliceEach) {
  const Key service = add_service("{name: http, port: 80, targetPort: http}");
  add_pod("a", "10.244.0.1", "True", 8080);
  add_pod("b", "10.244.0.2", "True", 9090);
  const auto slices = settle(service);
  ASSERT_EQ(slices.size(), 2u);
  EXPECT_NE(slices[0]["ports"][0]["port"], slices[1]["ports"][0]["port"]);
  EXPECT_EQ(slices[0]["endpoints"].size(), 1u);
}

TEST_F(EndpointSlicesTest, APodOnItsWayOutIsTerminatingAndNotReady) {
  const Key service = add_service("{port: 80}");
  change(add_pod("a", "10.244.0.1", "True"),
         [](Json& body) { body["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"; });
  EXPECT_EQ(settle(service)[0]["endpoints"][0]["conditions"],
            Json::parse(R"({"ready":false,"serving":true,"terminating":true})"));
}

TEST_F(EndpointSlicesTest, PublishNotReadyAddressesMakesThemReady) {
  const Key service = add_service("{port: 80}");
  change(service, [](Json& body) { body["spec"]["publishNotReadyAddresses"] = true; });
  add_pod("a", "10.244.0.1", "False");
  EXPECT_EQ(settle(service)[0]["endpoints"][0]["conditions"]["ready"], true);
}

TEST_F(EndpointSlicesTest, WithoutASelectorNothingIsMadeAndOldSlicesGo) {
  const Key service = add_service("{port: 80}");
  add_pod("a", "10.244.0.1", "True");
  ASSERT_EQ(settle(service).size(), 1u);
  change(service, [](Json& body) { body["spec"].erase("selector"); });
  EXPECT_TRUE(settle(service).empty());
}

TEST_F(EndpointSlicesTest, SlicesOfOthersAreLeftAlone) {
  const Key foreign = add(R"(
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-own, namespace: shop, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
endpoints: [{addresses: [192.0.2.1]}]
ports: [{port: 80}]
)");
  const Key service = add_service("{port: 80}");
  EXPECT_EQ(settle(service).size(), 2u);
  world_.remove(service);
  settle(service);
  EXPECT_NE(world_.find(foreign), nullptr);
}

TEST_F(EndpointSlicesTest, LargeServicesAreSplit) {
  const Key service = add_service("{port: 80}");
  for (int i = 0; i < 1001; ++i) add_pod("p" + std::to_string(i), "10.244.1.1", "True");
  const auto slices = settle(service);
  ASSERT_EQ(slices.size(), 2u);
  EXPECT_EQ(slices[0]["endpoints"].size() + slices[1]["endpoints"].size(), 1001u);
}

}  // namespace
}  // namespace weft::control
