// Which ports of a workload are served, and where its application takes what comes there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/mesh/mesh_builder.h"
#include "control/mesh/testing_objects.h"
#include "control/translate/inbound.h"

namespace weft::control::translate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Lines = std::vector<std::string>;

class InboundPorts : public testing::Test {
 protected:
  void add(const mesh::ObjectChange& change) { builder_.apply({change}); }
  void pod(const std::string& ports) {
    add(mesh::object("/pods", "shop", "api-1",
                     "metadata: {labels: {app: api}}\nspec: {containers: [{name: c, image: i, ports: " + ports +
                         "}]}\nstatus: {podIP: 10.0.0.7}"));
  }
  void sidecar(const std::string& ingress, const std::string& rest = "") {
    add(mesh::sidecar("shop", "s", "{workloadSelector: {labels: {app: api}}, ingress: [" + ingress + "]" + rest + "}"));
  }

  // "NUMBER SERVICE:PORT ENDPOINT LIMIT" of each; - is nothing.
  Lines ports() {
    Lines lines;
    for (const auto& port : inbound_ports(*builder_.view(), client_)) {
      auto line = std::to_string(port.number) + " ";
      line += port.service ? port.service->name + ":" + std::to_string(port.service_port) : "-";
      line += " ";
      line += port.endpoint ? port.endpoint->address + ":" + std::to_string(port.endpoint->port) : "-";
      const auto* pool = port.connection_pool;
      lines.push_back(line + " " + (pool && pool->tcp ? std::to_string(pool->tcp->max_connections) : "-"));
    }
    return lines;
  }

  const Client client_ = read_client("sidecar~10.0.0.7~api-1.shop~x", R"({"LABELS":{"app":"api"}})").value();
  mesh::MeshBuilder builder_;
};

TEST_F(InboundPorts, AreThoseThatServicesLeadTo) {
  pod("[{name: web, containerPort: 8080}]");
  add(mesh::service(
      "shop", "a",
      "{selector: {app: api}, ports: [{port: 80, name: http, targetPort: web}, "
      "{port: 81, name: b, targetPort: 9090}, {port: 82, name: c}, {port: 83, name: d, targetPort: nobody}, "
      "{port: 53, name: dns, protocol: UDP}]}"));
  add(mesh::service("shop", "other", "{selector: {app: web}, ports: [{port: 99, name: http}]}"));
  add(mesh::service("far", "far", "{selector: {app: api}, ports: [{port: 98, name: http}]}"));
  EXPECT_THAT(ports(), ElementsAre("82 a:82 - -", "8080 a:80 - -", "9090 a:81 - -"));
}

TEST_F(InboundPorts, OfTwoServicesTheFirstByNameHasThePort) {
  add(mesh::service("shop", "b", "{selector: {app: api}, ports: [{port: 80, name: http, targetPort: 8080}]}"));
  add(mesh::service("shop", "a", "{selector: {app: api}, ports: [{port: 90, name: tcp, targetPort: 8080}]}"));
  EXPECT_THAT(ports(), ElementsAre("8080 a:90 - -"));
}

TEST_F(InboundPorts, TheCapturePortIsNobodys) {
  add(mesh::service("shop", "a", "{selector: {app: api}, ports: [{port: 80, name: http, targetPort: 15006}]}"));
  EXPECT_THAT(ports(), IsEmpty());
  sidecar("{port: {number: 15006, protocol: HTTP, name: a}, defaultEndpoint: \"127.0.0.1:80\"}");
  EXPECT_THAT(ports(), IsEmpty());
}

TEST_F(InboundPorts, ASidecarsListTakesTheirPlace) {
  add(mesh::service("shop", "a",
                    "{selector: {app: api}, ports: [{port: 80, name: http, targetPort: 8080}, {port: 81, name: b}]}"));
  sidecar(
      "{port: {number: 8080, protocol: HTTP, name: a}, defaultEndpoint: \"127.0.0.1:1\"}, "
      "{port: {number: 9000, protocol: TCP, name: b}}");
  EXPECT_THAT(ports(), ElementsAre("8080 a:80 127.0.0.1:1 -", "9000 a:9000 - -"));
}

TEST_F(InboundPorts, EndpointsAreOfThePodItself) {
  struct Case {
    const char* written;
    const char* endpoint;
  };
  for (const auto& [written, endpoint] : {
           Case{"127.0.0.1:65535", "127.0.0.1:65535"},
           Case{"[::1]:80", "127.0.0.1:80"},
           Case{"0.0.0.0:80", "10.0.0.7:80"},
           Case{"[::]:80", "10.0.0.7:80"},
           Case{":80", "10.0.0.7:80"},
           Case{"unix:///run/app.sock", "unix:///run/app.sock:0"},
           Case{"unix://@app", "unix://@app:0"},
       }) {
    sidecar(std::string("{port: {number: 8080, protocol: HTTP, name: a}, defaultEndpoint: \"") + written + "\"}");
    EXPECT_THAT(ports(), ElementsAre(std::string("8080 - ") + endpoint + " -")) << written;
  }
}

TEST_F(InboundPorts, APortsOwnPoolComesBeforeTheSidecars) {
  const auto pool = [](const char* connections) { return std::string("{tcp: {maxConnections: ") + connections + "}}"; };
  sidecar("{port: {number: 1, protocol: HTTP, name: a}, connectionPool: " + pool("5") +
              "}, {port: {number: 2, protocol: HTTP, name: b}}",
          ", inboundConnectionPool: " + pool("6"));
  EXPECT_THAT(ports(), ElementsAre("1 - - 5", "2 - - 6"));
}

TEST_F(InboundPorts, AtTheLoopbackWhereTheMeshSaysSo) {
  add(mesh::service("shop", "a", "{selector: {app: api}, ports: [{port: 80, name: http, targetPort: 8080}]}"));
  add(mesh::mesh_config("inboundTrafficPolicy: {mode: LOCALHOST}"));
  EXPECT_THAT(ports(), ElementsAre("8080 a:80 127.0.0.1:8080 -"));
}

}  // namespace
}  // namespace weft::control::translate
