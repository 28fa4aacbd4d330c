#include "control/mesh/merged_gateway.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/mesh/mesh_builder.h"
#include "control/mesh/testing_objects.h"

namespace weft::control::mesh {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const model::Labels kLabels = {{"istio", "ingressgateway"}};

std::string server(const std::string& port, const std::string& protocol, const std::string& hosts,
                   const std::string& rest = "") {
  return "{port: {number: " + port + ", name: p" + port + ", protocol: " + protocol + "}, hosts: [" + hosts + "]" +
         rest + "}";
}
std::string spec(const std::string& servers) {
  return "{selector: {istio: ingressgateway}, servers: [" + servers + "]}";
}

// "8080/http: infra/a infra/b" per port, "infra/c: why" per skipped server.
std::vector<std::string> merged(const std::vector<ObjectChange>& objects, const Pod* pod = nullptr) {
  MeshBuilder builder;
  builder.apply(objects);
  const auto gateway = merge_gateways(*builder.view(), {"infra", kLabels, pod});
  std::vector<std::string> lines;
  for (const auto& port : gateway.ports) {
    constexpr const char* kKinds[] = {"http", "tls", "tcp"};
    auto line = (port.bind.empty() ? "" : port.bind + ":") + std::to_string(port.number) + "/" +
                kKinds[static_cast<int>(port.kind)] + ":";
    for (const auto& one : port.servers) line += " " + one.gateway->name;
    lines.push_back(std::move(line));
  }
  for (const auto& skipped : gateway.skipped) {
    lines.push_back(skipped.gateway->name + " " + std::to_string(skipped.server->port.number) + " " + skipped.reason);
  }
  return lines;
}

TEST(MergedGateway, HttpServersOfAllNamespacesShareAPort) {
  EXPECT_THAT(merged({gateway("infra", "a", spec(server("80", "HTTP", "a.com"))),
                      gateway("shop", "b", spec(server("80", "GRPC", "b.com")))}),
              ElementsAre("80/http: infra/a shop/b"));
}

TEST(MergedGateway, TakesOnlyGatewaysThatSelectTheWorkload) {
  EXPECT_THAT(merged({gateway("infra", "a",
                              "{selector: {istio: egressgateway}, servers: [" + server("80", "HTTP", "a.com") + "]}")}),
              IsEmpty());
  EXPECT_THAT(merged({gateway("infra", "all", "{servers: [" + server("80", "HTTP", "a.com") + "]}")}),
              ElementsAre("80/http: infra/all"));
}

TEST(MergedGateway, TheOldestDecidesWhatAPortCarries) {
  EXPECT_THAT(merged({gateway("infra", "a", spec(server("80", "HTTP", "a.com"))),
                      gateway("infra", "b", spec(server("80", "TCP", "\"*\""))),
                      gateway("infra", "c", spec(server("80", "TLS", "c.com", ", tls: {}")))}),
              ElementsAre("80/http: infra/a", "infra/b 80 carries another protocol for infra/a already",
                          "infra/c 80 carries another protocol for infra/a already"));
  EXPECT_THAT(merged({gateway("infra", "a", spec(server("80", "TCP", "\"*\""))),
                      gateway("infra", "b", spec(server("80", "MONGO", "\"*\"")))}),
              ElementsAre("80/tcp: infra/a", "infra/b 80 is an opaque TCP port of infra/a already"));
}

TEST(MergedGateway, OtherAddressesAreOtherPorts) {
  EXPECT_THAT(merged({gateway("infra", "a", spec(server("80", "HTTP", "a.com"))),
                      gateway("infra", "b", spec(server("80", "TCP", "\"*\"", ", bind: 10.0.0.1")))}),
              ElementsAre("80/http: infra/a", "10.0.0.1:80/tcp: infra/b"));
}

TEST(MergedGateway, ServerNamesOfTlsBelongToTheOldest) {
  EXPECT_THAT(merged({gateway("infra", "a", spec(server("443", "TLS", "a.com", ", tls: {}"))),
                      gateway("infra", "b", spec(server("443", "HTTPS", "b.com, A.com", ", tls: {}"))),
                      gateway("infra", "c", spec(server("443", "TLS", "c.com", ", tls: {}")))}),
              ElementsAre("443/tls: infra/a infra/c", "infra/b 443 has a server for the host a.com already"));
}

TEST(MergedGateway, TheServiceSaysWhichPortOfThePodIsMeant) {
  Pod pod;
  pod.named_ports = {{"raw", 31400}};
  EXPECT_THAT(merged({service("infra", "ingress",
                              "{selector: {istio: ingressgateway}, ports: [{port: 80, name: http, targetPort: 8080}, "
                              "{port: 5000, name: tcp, targetPort: raw}]}"),
                      gateway("infra", "a", spec(server("80", "HTTP", "a.com") + ", " + server("81", "HTTP", "a.com"))),
                      gateway("infra", "b", spec(server("5000", "TCP", "\"*\"")))},
                     &pod),
              ElementsAre("81/http: infra/a", "8080/http: infra/a", "31400/tcp: infra/b"));
}

std::vector<std::string> shared(const std::string& served, const std::string& routed, const std::string& space) {
  MeshBuilder builder;
  builder.apply({gateway("infra", "g", spec(server("80", "HTTP", served)))});
  const auto gateway = merge_gateways(*builder.view(), {"infra", kLabels, nullptr});
  VirtualService virtual_service;
  virtual_service.space = space;
  virtual_service.hosts = {routed};
  return shared_hosts(gateway.ports.front().servers.front(), virtual_service);
}

TEST(SharedHosts, AreTheMoreSpecificOnes) {
  EXPECT_THAT(shared("a.com", "a.com", "shop"), ElementsAre("a.com"));
  EXPECT_THAT(shared("\"*.com\"", "a.com", "shop"), ElementsAre("a.com"));
  EXPECT_THAT(shared("a.b.com, c.b.com, d.com", "*.b.com", "shop"), ElementsAre("a.b.com", "c.b.com"));
  EXPECT_THAT(shared("\"*\"", "*.b.com", "shop"), ElementsAre("*.b.com"));
  EXPECT_THAT(shared("\"*.a.com\"", "*.b.com", "shop"), IsEmpty());
  EXPECT_THAT(shared("b.com", "*.b.com", "shop"), IsEmpty());
}

TEST(SharedHosts, AreForTheNamespaceThatTheServerNames) {
  EXPECT_THAT(shared("shop/a.com", "a.com", "shop"), ElementsAre("a.com"));
  EXPECT_THAT(shared("shop/a.com", "a.com", "other"), IsEmpty());
  EXPECT_THAT(shared("./a.com", "a.com", "infra"), ElementsAre("a.com"));
  EXPECT_THAT(shared("./a.com", "a.com", "shop"), IsEmpty());
  EXPECT_THAT(shared("\"*/a.com\"", "a.com", "shop"), ElementsAre("a.com"));
}

}  // namespace
}  // namespace weft::control::mesh
