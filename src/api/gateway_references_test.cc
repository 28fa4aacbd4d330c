#include "api/gateway_references.h"

#include "api/check_cases.h"

namespace weft::api {
namespace {

std::string gateway(const std::string& selector, const std::string& number = "80") {
  return "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: g, namespace: shop}\nspec:\n  "
         "selector: " +
         selector + "\n  servers:\n  - port: {number: " + number +
         ", name: http, protocol: HTTP}\n    hosts: [a.com]\n";
}

const std::string kPods =
    "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: edge, namespace: edge}\nspec:\n"
    "  selector: {matchLabels: {istio: edge}}\n  template:\n    metadata: {labels: {istio: edge}}\n"
    "    spec: {containers: [{name: istio-proxy, image: auto}]}\n";
const std::string kService =
    "---\napiVersion: v1\nkind: Service\nmetadata: {name: edge, namespace: edge}\n"
    "spec: {selector: {istio: edge}, ports: [{port: 80, targetPort: 8080}]}\n";

std::string said(const std::string& text) {
  const CheckedAll all = check_text(text);
  EXPECT_EQ(complaints(all.findings), "");
  std::vector<const Resource*> list;
  for (const Resource& resource : all.resources) list.push_back(&resource);
  return complaints(check_references(list, {}));
}

TEST(GatewayReferences, FindThePodsThatOpenItsPorts) {
  EXPECT_EQ(said(gateway("{istio: edge}") + kPods + kService), "");
  EXPECT_EQ(said(gateway("{istio: edge}", "8080") + kPods + kService), "") << "the pod's own number counts, too";
  EXPECT_EQ(said(gateway("{istio: edge}") + kPods), "") << "no Service is known";
}

TEST(GatewayReferences, WarnWhereNoPodIsSelected) {
  EXPECT_EQ(said(gateway("{istio: other}") + kPods),
            "5:3 warning the selector takes no pod that is known: nobody opens these ports\n");
}

TEST(GatewayReferences, ExpectTheIngressGatewayFromTheInstallation) {
  EXPECT_EQ(said(gateway("{istio: ingressgateway}")), "");
  EXPECT_EQ(said(gateway("{}")), "");
}

TEST(GatewayReferences, WarnOfAPortThatNoServiceHas) {
  EXPECT_EQ(
      said(gateway("{istio: edge}", "81") + kPods + kService),
      "7:20 warning no Service of the gateway's pods has port 81 [clients reach a gateway by its Service: add the "
      "port there]\n");
}

}  // namespace
}  // namespace weft::api
