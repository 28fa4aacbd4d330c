// Istio's admission rules for DestinationRule, each with an object that breaks it, and the old circuit breakers.
#include "api/istio/destination_rule.h"

#include "api/check_cases.h"

namespace weft::api {
namespace {

TEST(DestinationRuleCheck, LooksAtHostAndSubsets) {
  expect_in_force({
      {"no host", destination_rule("  subsets: []\n"), "4:1 error host is missing\n"},
      {"empty host", destination_rule("  host: \"\"\n"), "5:9 error host is empty\n"},
      {"subset twice", destination_rule("  host: a\n  subsets:\n  - name: v1\n  - name: v1\n"),
       "8:11 error the subset \"v1\" stands twice\n"},
      {"subset name", destination_rule("  host: a\n  subsets:\n  - name: V_1\n"),
       "7:11 error name \"V_1\" must be a DNS label: up to 63 of a-z, 0-9 and '-', beginning and ending with a letter "
       "or "
       "digit\n"},
      {"selector for others",
       destination_rule("  host: a\n  workloadSelector: {matchLabels: {a: b}}\n  exportTo: [\"*\"]\n"),
       "7:3 error a rule with workloadSelector is for its own namespace only [write exportTo: [\".\"] or leave it "
       "out]\n"},
      {"star in a selector", destination_rule("  host: a\n  workloadSelector: {matchLabels: {a: \"*\"}}\n"),
       "6:39 error matchLabels \"*\" may not contain '*'\n"},
  });
}

TEST(DestinationRuleCheck, LooksAtPolicies) {
  expect_in_force({
      {"nothing said", destination_rule("  host: a\n  trafficPolicy: {}\n"), "6:3 error trafficPolicy says nothing\n"},
      {"empty pool", policy("    connectionPool: {}\n"), "7:5 error connectionPool has neither tcp nor http\n"},
      {"negative connections", policy("    connectionPool: {tcp: {maxConnections: -1}}\n"),
       "7:44 error maxConnections must be 0 or more, not -1\n"},
      {"client protocol and upgrade",
       policy("    connectionPool: {http: {h2UpgradePolicy: UPGRADE, useClientProtocol: true}}\n"),
       "7:74 error useClientProtocol excludes h2UpgradePolicy UPGRADE\n"},
      {"a limit that shared connections do not have",
       policy("    connectionPool: {http: {maxRequestsPerConnection: 9}}\n"),
       "7:55 info connections that sidecars share are not closed after so many requests [h2UpgradePolicy: "
       "DO_NOT_UPGRADE gives each client its own]\n"},
      {"connections that are not shared",
       policy("    connectionPool: {http: {maxRequestsPerConnection: 9, h2UpgradePolicy: DO_NOT_UPGRADE}}\n"), ""},
      {"half a keepalive", policy("    connectionPool: {http: {http2KeepAlive: {interval: 1s}}}\n"),
       "7:29 error timeout is missing\n"},
      {"local failures without the split", policy("    outlierDetection: {consecutiveLocalOriginFailures: 3}\n"),
       "7:56 error consecutiveLocalOriginFailures needs splitExternalLocalOriginErrors: true\n"},
      {"percentage", policy("    outlierDetection: {maxEjectionPercent: 101}\n"),
       "7:44 error maxEjectionPercent must be from 0 to 100, not 101\n"},
      {"old counter", policy("    outlierDetection: {consecutiveErrors: 7}\n"),
       "7:24 warning consecutiveErrors is an old spelling [write consecutive5xxErrors or consecutiveGatewayErrors; "
       "consecutiveErrors has no effect]\n"},
      {"port policy without a port", policy("    portLevelSettings: [{loadBalancer: {simple: RANDOM}}]\n"),
       "7:25 error port is missing\n"},
      {"port policy that says nothing", policy("    portLevelSettings: [{port: {number: 80}}]\n"),
       "7:25 error the policy for this port says nothing\n"},
      {"tunnel and PROXY", policy("    tunnel: {targetHost: b.com, targetPort: 1}\n    proxyProtocol: {}\n"),
       "8:5 error tunnel and proxyProtocol exclude each other\n"},
      {"TLS without a key", policy("    tls: {mode: MUTUAL, clientCertificate: /a}\n"),
       "7:5 error mode MUTUAL needs privateKey\n"},
      {"credential and file", policy("    tls: {mode: SIMPLE, credentialName: a, caCertificates: /b}\n"),
       "7:41 error credentialName excludes files\n"},
      {"credential and list", policy("    tls: {mode: SIMPLE, credentialName: a, caCrl: /b}\n"),
       "7:51 error credentialName excludes caCrl: the Secret carries the list\n"},
      {"unverified, yet names", policy("    tls: {mode: SIMPLE, insecureSkipVerify: true, subjectAltNames: [a]}\n"),
       "7:45 error insecureSkipVerify excludes subjectAltNames\n"},
  });
}

TEST(DestinationRuleCheck, LooksAtLoadBalancing) {
  const auto balancer = [](const std::string& fields) { return policy("    loadBalancer: {" + fields + "}\n"); };
  expect_in_force({
      {"unknown algorithm", balancer("simple: ROUND_ROBBIN"),
       "7:28 error \"ROUND_ROBBIN\" is none of: LEAST_REQUEST, ROUND_ROBIN, RANDOM, PASSTHROUGH, UNSPECIFIED "
       "[did you mean ROUND_ROBIN?]\n"},
      {"by protobuf's number", balancer("simple: 4"), ""},
      {"two ways", balancer("simple: RANDOM, consistentHash: {useSourceIp: true}"),
       "7:36 error simple and consistentHash exclude each other\n"},
      {"nothing to hash", balancer("consistentHash: {}"),
       "7:20 error nothing to hash [set httpHeaderName, httpCookie, useSourceIp or httpQueryParameterName]\n"},
      {"two keys", balancer("consistentHash: {httpHeaderName: a, useSourceIp: true}"),
       "7:20 error only one thing can be hashed\n"},
      {"cookie without a name", balancer("consistentHash: {httpCookie: {ttl: 0s}}"), "7:37 error name is missing\n"},
      {"even table", balancer("consistentHash: {useSourceIp: true, maglev: {tableSize: 10}}"),
       "7:76 error tableSize must be a prime below 5000011, not 10\n"},
      {"shares", balancer("localityLbSetting: {distribute: [{from: a/*, to: {b: 40, c: 50}}]}"),
       "7:65 error the shares add up to 90, not 100\n"},
      {"star in the middle", balancer("localityLbSetting: {distribute: [{from: \"a/*/c\", to: {b: 100}}]}"),
       "7:60 error \"a/*/c\" is no locality such as region/zone/subzone or region/*\n"},
      {"failover without ejection", balancer("localityLbSetting: {failover: [{from: a, to: b}]}"),
       "7:20 warning failover has no effect without outlierDetection [add outlierDetection: {}]\n"},
      {"failover to itself", balancer("localityLbSetting: {failover: [{from: a, to: a}]}"),
       "7:20 warning failover has no effect without outlierDetection [add outlierDetection: {}]\n"
       "7:65 error from and to are the same region\n"},
      {"warm-up", balancer("warmup: {aggression: 0}"),
       "7:20 error duration is missing\n7:41 error aggression must be above 0\n"},
  });
}

const istio::TrafficPolicy& read_policy(const CheckedAll& all) {
  EXPECT_EQ(all.resources.size(), 1u) << complaints(all.findings);
  return *all.resources.front().as<istio::DestinationRule>()->traffic_policy;
}

TEST(DestinationRuleCheck, ReadsTheNestedCircuitBreaker) {
  const CheckedAll all =
      check_text(policy("    connectionPool: {tcp: {maxConnections: 7}}\n"
                        "    circuitBreaker: {simpleCb: {maxConnections: 100, httpMaxPendingRequests: 5, "
                        "httpConsecutiveErrors: 2, sleepWindow: 3m}}\n"));
  const auto& read = read_policy(all);
  EXPECT_EQ(read.connection_pool->tcp->max_connections, 7);
  EXPECT_EQ(read.connection_pool->http->http1_max_pending_requests, 5);
  EXPECT_EQ(read.outlier_detection->consecutive_5xx_errors, 2u);
  EXPECT_EQ(read.outlier_detection->base_ejection_time, std::chrono::minutes(3));
}

TEST(DestinationRuleCheck, UnwrapsOutlierDetectionOfOldVersions) {
  const CheckedAll all =
      check_text(policy("    outlierDetection: {interval: 5s, http: {consecutiveErrors: 4, interval: 9s}}\n"));
  const auto& outlier = *read_policy(all).outlier_detection;
  EXPECT_EQ(outlier.consecutive_5xx_errors, 4u);
  EXPECT_EQ(outlier.interval, std::chrono::seconds(5));
}

TEST(DestinationRuleCheck, ReadsOldNamesOfBalancerSettings) {
  const CheckedAll all = check_text(
      policy("    loadBalancer: {consistentHash: {useSourceIp: true, minimumRingSize: 9}, warmupDurationSecs: 45s}\n"));
  const auto& balancer = *read_policy(all).load_balancer;
  EXPECT_EQ(balancer.consistent_hash->ring_hash->minimum_ring_size, 9u);
  EXPECT_EQ(balancer.warmup->duration, std::chrono::seconds(45));
}

TEST(DestinationRuleCheck, RefusesWhatProxiesWould) {
  const auto hash = [](const std::string& fields) {
    return policy("    loadBalancer: {consistentHash: {" + fields + "}}\n");
  };
  expect_in_force({
      {"the largest ring", hash("useSourceIp: true, ringHash: {minimumRingSize: 8388608}"), ""},
      {"a ring too large", hash("useSourceIp: true, ringHash: {minimumRingSize: 8388609}"),
       "7:84 error minimumRingSize must be from 0 to 8388608, not 8388609\n"},
      {"no header", hash("httpHeaderName: \"\""), "7:53 error httpHeaderName is empty\n"},
      {"no parameter", hash("httpQueryParameterName: \"\""), "7:61 error httpQueryParameterName is empty\n"},
      {"a cookie that ends", hash("httpCookie: {name: \"a;b\", ttl: 0s}"),
       "7:56 error name \"a;b\" is no name that a cookie may have\n"},
      {"a path with another attribute", hash("httpCookie: {name: a, path: \"/; Domain=com\", ttl: 0s}"),
       "7:65 error path \"/; Domain=com\" has a semicolon or control characters, which end it\n"},
      {"an attribute with another field",
       hash("httpCookie: {name: a, ttl: 0s, attributes: [{name: SameSite, value: \"x\\r\\ny: z\"}]}"),
       "7:105 error value \"x\r\ny: z\" has a semicolon or control characters, which end it\n"},
      {"an attribute without a value", hash("httpCookie: {name: a, ttl: 0s, attributes: [{name: Secure}]}"), ""},
  });
}

TEST(DestinationRuleCheck, LocalitiesDoNotOverlap) {
  const auto to = [](const std::string& shares) {
    return policy("    loadBalancer: {localityLbSetting: {distribute: [{from: a, to: {" + shares + "}}]}}\n");
  };
  const auto from = [](const std::string& a, const std::string& b) {
    return policy("    loadBalancer: {localityLbSetting: {distribute: [{from: " + a + ", to: {x: 100}}, {from: " + b +
                  ", to: {x: 100}}]}}\n");
  };
  expect_in_force({
      {"apart", to("eu/a: 50, eu/b: 30, euro: 20"), ""},
      {"a zone and its region", to("eu/*: 50, eu/a/*: 50"), "7:86 error \"eu/a/*\" overlaps \"eu/*\"\n"},
      {"a region and everything", to("\"*\": 50, eu: 50"), "7:81 error \"eu\" overlaps \"*\"\n"},
      {"the same in two spellings", to("eu: 50, eu/*: 50"), "7:82 error \"eu/*\" overlaps \"eu\"\n"},
      {"origins apart", from("eu/a", "eu/b"), ""},
      {"origins", from("eu/a/1", "eu/*"), "7:90 error \"eu/*\" overlaps \"eu/a/1\"\n"},
  });
}

}  // namespace
}  // namespace weft::api
