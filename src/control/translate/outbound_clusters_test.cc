// What the blocks of DestinationRules become, whichever of host, port and subset says them.
#include "control/translate/outbound_clusters.h"

#include <envoy/config/cluster/v3/cluster.pb.h>
#include <envoy/config/endpoint/v3/endpoint.pb.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/mesh/mesh_builder.h"
#include "control/mesh/testing_objects.h"
#include "decide/compile/compile.h"

namespace weft::control::translate {
namespace {

using envoy::config::cluster::v3::Cluster;
using envoy::config::endpoint::v3::ClusterLoadAssignment;
using testing::ElementsAre;
using testing::IsEmpty;
using Lines = std::vector<std::string>;

const Scope kScope{"shop", {}};
constexpr const char* kApi = "api.shop.svc.cluster.local";

class OutboundClusters : public testing::Test {
 protected:
  OutboundClusters() {
    add(mesh::service("shop", "api",
                      "{ports: [{port: 80, name: http}, {port: 81, name: http-b}, {port: 9, name: tcp}]}"));
  }
  void add(const mesh::ObjectChange& change) { builder_.apply({change}); }
  void rule(const std::string& rest) { add(mesh::destination_rule("shop", "r", "{host: api, " + rest + "}")); }

  // Each is one that proxies take.
  Cluster cluster(const std::string& name, const std::string& host = kApi) {
    for (const auto& one : outbound_clusters(*builder_.view(), kScope, host)) {
      decide::Ids ids;
      const auto compiled = decide::compile_cluster(one.bytes, ids);
      EXPECT_TRUE(compiled) << compiled.error().detail;
      Cluster cluster;
      EXPECT_TRUE(cluster.ParseFromString(one.bytes));
      if (one.name == name) return cluster;
    }
    ADD_FAILURE() << "no cluster " << name;
    return {};
  }
  Lines names(const std::string& host = kApi) {
    Lines all;
    for (const auto& one : outbound_clusters(*builder_.view(), kScope, host)) all.push_back(one.name);
    return all;
  }
  // "CONNECTIONS PENDING REQUESTS RETRIES"; - is no limit.
  std::string limits(const std::string& name) {
    const auto text = [](const google::protobuf::UInt32Value& limit) {
      return limit.value() == 4294967295 ? std::string("-") : std::to_string(limit.value());
    };
    const auto thresholds = cluster(name).circuit_breakers().thresholds(0);
    return text(thresholds.max_connections()) + " " + text(thresholds.max_pending_requests()) + " " +
           text(thresholds.max_requests()) + " " + text(thresholds.max_retries());
  }

  mesh::MeshBuilder builder_;
};

constexpr const char* kCluster = "outbound|80||api.shop.svc.cluster.local";

TEST_F(OutboundClusters, LimitsAreThoseThatAreSaid) {
  struct Case {
    const char* pool;
    const char* limits;
  };
  for (const auto& [pool, expected] : {
           Case{"tcp: {}", "- - - -"},
           Case{"tcp: {maxConnections: 0}", "- - - -"},  // protobuf's zero: not said
           Case{"tcp: {maxConnections: 1}", "1 - - -"},
           Case{"tcp: {maxConnections: 2147483647}", "2147483647 - - -"},
           Case{"http: {http1MaxPendingRequests: 1, http2MaxRequests: 2, maxRetries: 3}", "- 1 2 3"},
           Case{"tcp: {maxConnections: 9}, http: {maxRetries: 3}", "9 - - 3"},
       }) {
    rule(std::string("trafficPolicy: {connectionPool: {") + pool + "}}");
    EXPECT_EQ(limits(kCluster), expected) << pool;
  }
}

// "region of who speaks: what holds": an entry for a port replaces everything, a subset's block the same block.
TEST_F(OutboundClusters, WhoSpeaksOfAPortAndASubset) {
  rule(
      "trafficPolicy: {connectionPool: {tcp: {maxConnections: 1}, http: {maxRetries: 1}}, outlierDetection: {}, "
      "portLevelSettings: [{port: {number: 81}, loadBalancer: {simple: RANDOM}}, "
      "{port: {number: 81}, connectionPool: {tcp: {maxConnections: 99}}}, "
      "{port: {number: 9}, connectionPool: {http: {maxRetries: 2}}}]}, "
      "subsets: [{name: plain}, {name: own, trafficPolicy: {connectionPool: {http: {maxRetries: 5}}}}, "
      "{name: port, trafficPolicy: {outlierDetection: {interval: 7s}, "
      "portLevelSettings: [{port: {number: 80}, connectionPool: {tcp: {maxConnections: 6}}}]}}]");
  struct Case {
    const char* port_and_subset;
    const char* limits;
    bool ejects;
  };
  for (const auto& [port_and_subset, expected, ejects] : {
           Case{"80|", "1 - - 1", true},
           Case{"81|", "- - - -", false},      // the first entry of the port, and no block of the host's
           Case{"9|", "- - - 2", false},       //
           Case{"80|plain", "1 - - 1", true},  //
           Case{"81|plain", "- - - -", false}, Case{"80|own", "- - - 5", true},  // the block as a whole
           Case{"81|own", "- - - 5", false},                                     // over what the host says of the port
           Case{"80|port", "6 - - -", false},
           Case{"81|port", "- - - -", true},  // the subset's own over the host's entry
       }) {
    const auto name = std::string("outbound|") + port_and_subset + "|" + kApi;
    EXPECT_EQ(limits(name), expected) << name;
    EXPECT_EQ(cluster(name).has_outlier_detection(), ejects) << name;
  }
}

TEST_F(OutboundClusters, KeepaliveIsInSecondsThatTheKernelTakes) {
  struct Case {
    const char* said;
    const char* mesh;
    std::string wire;  // "PROBES TIME INTERVAL"; 0: the kernel's
  };
  for (const auto& [said, mesh, wire] : {
           Case{"{time: 7200s, interval: 75s, probes: 9}", "", "9 7200 75"},
           Case{"{time: 500ms, interval: 1ms}", "", "0 1 1"},
           Case{"{time: 1500ms}", "", "0 2 0"},
           Case{"{time: 40000s, interval: 200h, probes: 4294967295}", "", "127 32767 32767"},
           Case{"{time: 7s}", "{time: 1s, probes: 3}", "3 7 0"},
           Case{"{}", "{interval: 4s}", "0 0 4"},
       }) {
    builder_.apply(
        {mesh::mesh_config(*mesh == '\0' ? "trustDomain: cluster.local" : "tcpKeepalive: " + std::string(mesh))});
    rule(std::string("trafficPolicy: {connectionPool: {tcp: {tcpKeepalive: ") + said + "}}}");
    const auto keepalive = cluster(kCluster).upstream_connection_options().tcp_keepalive();
    EXPECT_EQ(std::to_string(keepalive.keepalive_probes().value()) + " " +
                  std::to_string(keepalive.keepalive_time().value()) + " " +
                  std::to_string(keepalive.keepalive_interval().value()),
              wire)
        << said << " " << mesh;
  }
}

TEST_F(OutboundClusters, CountersOfZeroAreOff) {
  struct Case {
    const char* said;
    std::string wire;
  };
  for (const auto& [said, wire] : {
           Case{"{}", "enforcing_success_rate { }"},
           Case{"{consecutive5xxErrors: 0}", "enforcing_consecutive_5xx { } enforcing_success_rate { }"},
           Case{"{consecutive5xxErrors: 7}",
                "consecutive_5xx { value: 7 } enforcing_consecutive_5xx { value: 100 } enforcing_success_rate { }"},
           Case{"{consecutiveErrors: 7}", "enforcing_success_rate { }"},  // ignored, as in Istio
           Case{"{maxEjectionPercent: 0}", "max_ejection_percent { } enforcing_success_rate { }"},
           Case{"{consecutiveGatewayErrors: 4294967295}",
                "enforcing_success_rate { } consecutive_gateway_failure { value: 4294967295 } "
                "enforcing_consecutive_gateway_failure { value: 100 }"},
       }) {
    rule(std::string("trafficPolicy: {outlierDetection: ") + said + "}");
    EXPECT_EQ(cluster(kCluster).outlier_detection().ShortDebugString(), wire) << said;
  }
  rule("trafficPolicy: {outlierDetection: {minHealthPercent: 100}}");
  EXPECT_EQ(cluster(kCluster).common_lb_config().healthy_panic_threshold().value(), 100);
  rule("trafficPolicy: {outlierDetection: {minHealthPercent: 0}}");
  EXPECT_TRUE(cluster(kCluster).common_lb_config().has_healthy_panic_threshold()) << "not Envoy's 50";
  EXPECT_EQ(cluster(kCluster).common_lb_config().healthy_panic_threshold().value(), 0);
}

TEST_F(OutboundClusters, BalancersAreIstiosByDefault) {
  struct Case {
    const char* said;
    const char* policy;
    uint64_t size;
  };
  for (const auto& [said, policy, size] : {
           Case{"{}", "LEAST_REQUEST", 0},
           Case{"{simple: UNSPECIFIED}", "LEAST_REQUEST", 0},
           Case{"{simple: LEAST_CONN}", "LEAST_REQUEST", 0},
           Case{"{simple: ROUND_ROBIN}", "ROUND_ROBIN", 0},
           Case{"{simple: PASSTHROUGH}", "CLUSTER_PROVIDED", 0},
           Case{"{consistentHash: {useSourceIp: true}}", "RING_HASH", 1024},
           Case{"{consistentHash: {useSourceIp: true, ringHash: {}}}", "RING_HASH", 1024},
           Case{"{consistentHash: {useSourceIp: true, ringHash: {minimumRingSize: 8388608}}}", "RING_HASH", 8388608},
           Case{"{consistentHash: {useSourceIp: true, minimumRingSize: 7}}", "RING_HASH", 7},
           Case{"{consistentHash: {useSourceIp: true, maglev: {}}}", "MAGLEV", 65537},
           Case{"{consistentHash: {useSourceIp: true, maglev: {tableSize: 2}}}", "MAGLEV", 2},
       }) {
    rule(std::string("trafficPolicy: {loadBalancer: ") + said + "}");
    const auto made = cluster(kCluster);
    EXPECT_EQ(Cluster::LbPolicy_Name(made.lb_policy()), policy) << said;
    EXPECT_EQ(made.ring_hash_lb_config().minimum_ring_size().value() + made.maglev_lb_config().table_size().value(),
              size)
        << said;
  }
}

TEST_F(OutboundClusters, OfTwoSubsetsOfOneNameTheOldestsCounts) {
  const auto dated = [](const std::string& name, const std::string& year, const std::string& rest) {
    return mesh::object(
        "networking.istio.io/destinationrules", "shop", name,
        "metadata: {creationTimestamp: \"" + year + "-01-01T00:00:00Z\"}\nspec: {host: api, " + rest + "}");
  };
  const auto pool = [](const std::string& connections) {
    return "trafficPolicy: {connectionPool: {tcp: {maxConnections: " + connections + "}}}";
  };
  add(dated("young", "2022", "subsets: [{name: v1, " + pool("2") + "}, {name: v2}], " + pool("3")));
  add(dated("old", "2021", "subsets: [{name: v1, " + pool("1") + "}]"));
  EXPECT_THAT(
      names(),
      ElementsAre(kCluster, "outbound|80|v1|api.shop.svc.cluster.local", "outbound|80|v2|api.shop.svc.cluster.local",
                  "outbound|81||api.shop.svc.cluster.local", "outbound|81|v1|api.shop.svc.cluster.local",
                  "outbound|81|v2|api.shop.svc.cluster.local", "outbound|9||api.shop.svc.cluster.local",
                  "outbound|9|v1|api.shop.svc.cluster.local", "outbound|9|v2|api.shop.svc.cluster.local"));
  EXPECT_EQ(limits("outbound|80|v1|api.shop.svc.cluster.local"), "1 - - -");
  EXPECT_EQ(limits("outbound|80|v2|api.shop.svc.cluster.local"), "3 - - -") << "the first policy that is said";
}

TEST_F(OutboundClusters, ANameThatNobodyServesHasNoCluster) {
  add(mesh::service_entry("shop", "e",
                          "{hosts: [x.com], resolution: DNS, ports: [{number: 80, name: http, protocol: HTTP}], "
                          "endpoints: [{address: y.com, labels: {v: a}}]}"));
  add(mesh::destination_rule("shop", "s",
                             "{host: x.com, subsets: [{name: a, labels: {v: a}}, {name: b, labels: {v: b}}]}"));
  EXPECT_THAT(names("x.com"), ElementsAre("outbound|80||x.com", "outbound|80|a|x.com"));
  EXPECT_THAT(names("unknown.com"), IsEmpty());
}

// --- Endpoints.

class OutboundEndpoints : public OutboundClusters {
 protected:
  // "ADDRESS:PORT weight" of each endpoint of the cluster.
  Lines endpoints(const std::string& name, const std::string& host) {
    Lines lines;
    for (const auto& one : outbound_endpoints(*builder_.view(), kScope, host)) {
      const auto compiled = decide::compile_endpoints(one.bytes);
      EXPECT_TRUE(compiled) << compiled.error().detail;
      if (one.name != name) continue;
      ClusterLoadAssignment assignment;
      EXPECT_TRUE(assignment.ParseFromString(one.bytes));
      for (const auto& group : assignment.endpoints()) {
        for (const auto& endpoint : group.lb_endpoints()) {
          const auto& address = endpoint.endpoint().address();
          lines.push_back((address.has_pipe() ? address.pipe().path()
                                              : address.socket_address().address() + ":" +
                                                    std::to_string(address.socket_address().port_value())) +
                          " " + std::to_string(endpoint.load_balancing_weight().value()));
        }
      }
    }
    return lines;
  }
  void entry(const std::string& endpoints, const std::string& ports = "[{number: 80, name: http, protocol: HTTP}]") {
    add(mesh::service_entry(
        "shop", "e", "{hosts: [x.com], resolution: STATIC, ports: " + ports + ", endpoints: " + endpoints + "}"));
  }
};

TEST_F(OutboundEndpoints, AnEndpointsPortIsItsOwnOrTheTargetOrTheNumber) {
  entry("[{address: 10.0.0.1}, {address: 10.0.0.2, ports: {http: 65535}}, {address: 10.0.0.3, ports: {b: 7}}]",
        "[{number: 80, name: http, protocol: HTTP}, {number: 81, name: b, protocol: HTTP, targetPort: 8081}]");
  EXPECT_THAT(endpoints("outbound|80||x.com", "x.com"),
              ElementsAre("10.0.0.1:80 1", "10.0.0.2:65535 1", "10.0.0.3:80 1"));
  EXPECT_THAT(endpoints("outbound|81||x.com", "x.com"),
              ElementsAre("10.0.0.1:8081 1", "10.0.0.2:8081 1", "10.0.0.3:7 1"));
}

TEST_F(OutboundEndpoints, WeightsBeyond32BitsTogetherStayInProportion) {
  entry("[{address: 10.0.0.1, weight: 4294967295}, {address: 10.0.0.2, weight: 4294967295}, {address: 10.0.0.3}]");
  EXPECT_THAT(endpoints("outbound|80||x.com", "x.com"),
              ElementsAre("10.0.0.1:80 2147483646", "10.0.0.2:80 2147483646", "10.0.0.3:80 1"));
  entry("[{address: 10.0.0.1, weight: 4294967294}, {address: 10.0.0.3, weight: 0}]");
  EXPECT_THAT(endpoints("outbound|80||x.com", "x.com"), ElementsAre("10.0.0.1:80 4294967294", "10.0.0.3:80 1"));
}

TEST_F(OutboundEndpoints, TheSameAddressTwiceIsOneEndpoint) {
  entry("[{address: 10.0.0.1, weight: 3}, {address: 10.0.0.1}]");
  EXPECT_EQ(endpoints("outbound|80||x.com", "x.com").size(), 1);
}

TEST_F(OutboundEndpoints, SubsetsTakeEndpointsThatHaveAllOfTheirLabels) {
  entry("[{address: 10.0.0.1, labels: {v: a, t: b}}, {address: 10.0.0.2, labels: {v: a}}, {address: 10.0.0.3}]");
  add(mesh::destination_rule("shop", "s",
                             "{host: x.com, subsets: [{name: all}, {name: a, labels: {v: a}}, "
                             "{name: both, labels: {v: a, t: b}}, {name: empty, labels: {v: \"\"}}]}"));
  EXPECT_EQ(endpoints("outbound|80|all|x.com", "x.com").size(), 3);
  EXPECT_THAT(endpoints("outbound|80|a|x.com", "x.com"), ElementsAre("10.0.0.1:80 1", "10.0.0.2:80 1"));
  EXPECT_THAT(endpoints("outbound|80|both|x.com", "x.com"), ElementsAre("10.0.0.1:80 1"));
  EXPECT_THAT(endpoints("outbound|80|empty|x.com", "x.com"), IsEmpty()) << "a label that is not there is not empty";
}

}  // namespace
}  // namespace weft::control::translate
