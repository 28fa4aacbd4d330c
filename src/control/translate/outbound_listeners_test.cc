// Which listeners a port gets, what they are called, and who has it where several want it.
#include "control/translate/outbound_listeners.h"

#include <envoy/config/listener/v3/listener.pb.h>
#include <envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h>
#include <envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy.pb.h>
#include <gtest/gtest.h>

#include "control/mesh/mesh_builder.h"
#include "control/mesh/testing_objects.h"

namespace weft::control::translate {
namespace {

using envoy::config::listener::v3::FilterChain;
using envoy::config::listener::v3::Listener;

const Scope kScope{"shop", {}};

// "routes NAME" or "to CLUSTER".
std::string action_of(const FilterChain& chain) {
  envoy::extensions::filters::network::http_connection_manager::v3::HttpConnectionManager http;
  envoy::extensions::filters::network::tcp_proxy::v3::TcpProxy tcp;
  for (const auto& filter : chain.filters()) {
    if (filter.typed_config().UnpackTo(&http)) return "routes " + http.rds().route_config_name();
    if (filter.typed_config().UnpackTo(&tcp)) return "to " + tcp.cluster();
  }
  return "nothing";
}

// "NAME: CRITERION... ACTION; ... else ACTION"
std::string text(const Encoded& encoded) {
  Listener listener;
  EXPECT_TRUE(listener.ParseFromString(encoded.bytes));
  EXPECT_EQ(listener.name(), encoded.name);
  std::string all = listener.name() + ":";
  for (const auto& chain : listener.filter_chains()) {
    const auto& match = chain.filter_chain_match();
    for (const auto& name : match.server_names()) all += " " + name;
    for (const auto& range : match.prefix_ranges())
      all += " " + range.address_prefix() + "/" + std::to_string(range.prefix_len().value());
    all += " " + action_of(chain) + ";";
  }
  return listener.has_default_filter_chain() ? all + " else " + action_of(listener.default_filter_chain()) : all;
}

class OutboundListeners : public testing::Test {
 protected:
  void add(const mesh::ObjectChange& change) { builder_.apply({change}); }
  void add_entry(const std::string& name, const std::string& year, const std::string& spec) {
    add(mesh::object("networking.istio.io/serviceentries", "shop", name,
                     "metadata: {creationTimestamp: \"" + year + "-01-01T00:00:00Z\"}\nspec: " + spec));
  }
  std::vector<mesh::ServicePtr> services() {
    std::vector<mesh::ServicePtr> all;
    builder_.view()->services().each([&](const mesh::ServicePtr& service) { all.push_back(service); });
    return all;
  }
  std::string shared(uint32_t port) {
    const auto listener = port_listener(*builder_.view(), kScope, port, services());
    return listener ? text(*listener) : "none";
  }
  std::vector<std::string> own(const std::string& host) {
    std::vector<std::string> all;
    for (const auto& one : service_listeners(*builder_.view(), kScope, *builder_.view()->service(host)))
      all.push_back(text(one));
    return all;
  }

  mesh::MeshBuilder builder_;
};

using Texts = std::vector<std::string>;

TEST_F(OutboundListeners, HttpSharesItsPortByTheRoutesOfItsNumber) {
  add(mesh::service("shop", "a", "{clusterIP: 10.96.0.1, ports: [{port: 80, name: http}]}"));
  add(mesh::service("shop", "b", "{clusterIP: 10.96.0.2, ports: [{port: 80, name: grpc-x}]}"));
  EXPECT_EQ(shared(80), "0.0.0.0_80: routes 80; else to PassthroughCluster");
  EXPECT_EQ(own("a.shop.svc.cluster.local"), Texts{});
}

TEST_F(OutboundListeners, BytesHaveAListenerOfTheirOwnAddressAndPort) {
  add(mesh::service("shop", "db",
                    "{clusterIP: 10.96.0.1, ports: [{port: 5432, name: tcp-db}, {port: 53, name: dns, protocol: UDP}, "
                    "{port: 443, name: tls}]}"));
  EXPECT_EQ(own("db.shop.svc.cluster.local"), (Texts{"10.96.0.1_5432: to outbound|5432||db.shop.svc.cluster.local;",
                                                     "10.96.0.1_443: to outbound|443||db.shop.svc.cluster.local;"}));
}

TEST_F(OutboundListeners, AnUndeclaredPortIsHttpIfItLooksLikeItAtItsOwnAddress) {
  add(mesh::service("shop", "a", "{clusterIP: 10.96.0.1, ports: [{port: 90}]}"));
  EXPECT_EQ(own("a.shop.svc.cluster.local"), Texts{"10.96.0.1_90: routes a.shop.svc.cluster.local:90; else to "
                                                   "outbound|90||a.shop.svc.cluster.local"});
}

TEST_F(OutboundListeners, TheHeadlessAreDialledAtThoseOfTheirPodsThatAreReady) {
  add(mesh::service("shop", "db", "{clusterIP: None, ports: [{port: 8080, name: tcp}]}"));
  add(mesh::slice("shop", "db-1", "db",
                  "{addresses: [10.0.0.1], conditions: {ready: true}}, {addresses: [10.0.0.2], conditions: "
                  "{ready: false}}"));
  EXPECT_EQ(own("db.shop.svc.cluster.local"), Texts{"10.0.0.1_8080: to outbound|8080||db.shop.svc.cluster.local;"});
}

TEST_F(OutboundListeners, ThePortsOfCaptureAreNobodys) {
  add(mesh::service("shop", "a",
                    "{clusterIP: 10.96.0.1, ports: [{port: 15001, name: http}, {port: 15006, name: http-2}"
                    ", {port: 15002, name: http-3}]}"));
  EXPECT_EQ(shared(15001), "none");
  EXPECT_EQ(shared(15006), "none");
  EXPECT_EQ(shared(15002), "0.0.0.0_15002: routes 15002; else to PassthroughCluster");
}

TEST_F(OutboundListeners, OfBytesThatNothingTellsApartTheOldestHasThePort) {
  add_entry("a", "2022", "{hosts: [a.test], ports: [{number: 9000, name: tcp, protocol: TCP}], resolution: NONE}");
  add_entry("b", "2021", "{hosts: [b.test], ports: [{number: 9000, name: tcp, protocol: TCP}], resolution: NONE}");
  EXPECT_EQ(shared(9000), "0.0.0.0_9000: else to outbound|9000||b.test");
  add_entry("c", "2021", "{hosts: [a0.test], ports: [{number: 9000, name: tcp, protocol: TCP}], resolution: NONE}");
  EXPECT_EQ(shared(9000), "0.0.0.0_9000: else to outbound|9000||b.test")
      << "of one age the names of the objects decide";
}

TEST_F(OutboundListeners, HttpAndBytesAndTlsWithoutAddressesShareAPort) {
  add_entry("h", "2022", "{hosts: [h.test], ports: [{number: 443, name: http, protocol: HTTP}], resolution: NONE}");
  add_entry("s", "2021", "{hosts: [s.test], ports: [{number: 443, name: tls, protocol: TLS}], resolution: NONE}");
  add_entry("t", "2020", "{hosts: [t.test], ports: [{number: 443, name: tcp, protocol: TCP}], resolution: NONE}");
  EXPECT_EQ(shared(443), "0.0.0.0_443: s.test to outbound|443||s.test; routes 443; else to outbound|443||t.test");
}

TEST_F(OutboundListeners, SubnetsAreToldApartByTheAddressDialled) {
  add_entry("n", "2022",
            "{hosts: [n.test], addresses: [10.9.0.0/16], ports: [{number: 9000, name: tcp, protocol: TCP}], "
            "resolution: NONE}");
  EXPECT_EQ(shared(9000), "0.0.0.0_9000: 10.9.0.0/16 to outbound|9000||n.test; else to PassthroughCluster");
}

TEST_F(OutboundListeners, WhatIsUnknownGoesWhereTheMeshSays) {
  add(mesh::mesh_config("outboundTrafficPolicy: {mode: REGISTRY_ONLY}"));
  add(mesh::service("shop", "a", "{clusterIP: 10.96.0.1, ports: [{port: 80, name: http}]}"));
  EXPECT_EQ(shared(80), "0.0.0.0_80: routes 80; else to BlackHoleCluster");
  EXPECT_EQ(text(capture_listener(*builder_.view(), kScope)),
            "virtualOutbound: to BlackHoleCluster; to BlackHoleCluster;");
}

TEST_F(OutboundListeners, AnExposedPortIsThereBeforeItsServiceIs) {
  const Expose expose{"a", "shop", 80, 18080};
  EXPECT_EQ(text(exposed_listener(*builder_.view(), kScope, expose)), "expose_18080: routes expose_18080;");
  add(mesh::service("shop", "a", "{clusterIP: 10.96.0.1, ports: [{port: 80, name: tcp}]}"));
  EXPECT_EQ(text(exposed_listener(*builder_.view(), kScope, expose)),
            "expose_18080: to outbound|80||a.shop.svc.cluster.local;");
}

}  // namespace
}  // namespace weft::control::translate
