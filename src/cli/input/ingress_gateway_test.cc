#include "cli/input/ingress_gateway.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

using api::Json;

Manifests manifests_of(const char* yaml) {
  Manifests manifests;
  manifests.resources = api::check_file(api::parse_yaml(yaml, "x.yaml"), api::Strictness::strict, "default").resources;
  return manifests;
}

constexpr const char* kGateway = R"(
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: web, namespace: shop}
spec:
  selector: {istio: ingressgateway}
  servers:
  - {port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}
  - {port: {number: 443, name: tls, protocol: TLS}, hosts: ["*"], tls: {mode: PASSTHROUGH}}
)";

constexpr const char* kOwnPods = R"(
apiVersion: v1
kind: Pod
metadata: {name: edge, namespace: edge, labels: {istio: ingressgateway}}
spec: {containers: [{name: istio-proxy, image: auto}]}
)";

Json body(const std::vector<api::Resource>& resources, std::string_view kind) {
  for (const auto& resource : resources) {
    if (resource.kind->kind == kind) return resource.body;
  }
  return {};
}

TEST(IngressGateway, is_made_where_a_gateway_asks_for_its_labels) {
  const auto made = ingress_gateway(manifests_of(kGateway), {});
  ASSERT_EQ(made.size(), 2U);
  EXPECT_EQ(made[0].title(), "Service istio-system/istio-ingressgateway");
  EXPECT_EQ(made[1].title(), "Deployment istio-system/istio-ingressgateway");
  EXPECT_EQ(body(made, "Service")["spec"]["ports"], Json::parse(R"([{"name": "http-80", "port": 80, "targetPort": 8080},
                                                                   {"name": "tls-443", "port": 443, "targetPort": 8443}])"));
  const auto pods = body(made, "Deployment")["spec"]["template"]["metadata"];
  EXPECT_EQ(pods["labels"]["istio"], "ingressgateway");
  EXPECT_EQ(pods["annotations"]["inject.istio.io/templates"], "gateway");
}

TEST(IngressGateway, is_not_made_where_pods_carry_the_labels_or_nobody_asks_for_them) {
  EXPECT_TRUE(ingress_gateway({}, {}).empty());
  EXPECT_TRUE(ingress_gateway(manifests_of((std::string(kGateway) + "---" + kOwnPods).c_str()), {}).empty());
  const auto pods = manifests_of(kOwnPods);
  EXPECT_TRUE(ingress_gateway(manifests_of(kGateway), {pods.resources[0].body}).empty());
  const auto other = std::string(kGateway).replace(std::string(kGateway).find("ingressgateway"), 14, "edge");
  EXPECT_TRUE(ingress_gateway(manifests_of(other.c_str()), {}).empty());
  const auto everyone = std::string(kGateway).replace(std::string(kGateway).find("{istio: ingressgateway}"), 23, "{}");
  EXPECT_TRUE(ingress_gateway(manifests_of(everyone.c_str()), {}).empty()) << "an empty selector asks for nobody";
}

TEST(IngressGateway, of_an_earlier_start_gets_the_ports_of_today) {
  const auto before = ingress_gateway(manifests_of(kGateway), {});
  const auto gateway = manifests_of(kGateway).resources[0].body;
  auto more = std::string(kGateway);
  more.replace(more.find("name: web"), 9, "name: two").replace(more.find("number: 80"), 10, "number: 81");
  const auto after = ingress_gateway(manifests_of(more.c_str()), {before[0].body, before[1].body, gateway});
  EXPECT_EQ(body(after, "Service")["spec"]["ports"].size(), 3U) << "80 and 443 of one Gateway, 81 and 443 of the other";
}

TEST(IngressGateway, leaves_objects_of_its_names_as_the_user_has_them) {
  auto manifests = manifests_of((std::string(kGateway) + R"(---
apiVersion: v1
kind: Service
metadata: {name: istio-ingressgateway, namespace: istio-system}
spec: {selector: {istio: ingressgateway}, ports: [{port: 80, name: http}]}
)")
                                    .c_str());
  add_ingress_gateway(manifests, {});
  ASSERT_EQ(manifests.resources.size(), 3U);
  EXPECT_EQ(manifests.resources[1].body["spec"]["ports"].size(), 1U);
  EXPECT_EQ(manifests.resources[2].kind->kind, "Deployment");
}

}  // namespace
}  // namespace weft::cli
