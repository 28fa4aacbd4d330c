#include <envoy/config/cluster/v3/cluster.pb.h>
#include <envoy/config/endpoint/v3/endpoint.pb.h>
#include <envoy/extensions/upstreams/http/v3/http_protocol_options.pb.h>

#include "decide/compile/compile.h"
#include "decide/compile/json_for_test.h"

namespace weft::decide {
namespace {

Result<ClusterPtr> compile(const std::string& json) {
  google::protobuf::LinkMessageReflection<envoy::extensions::upstreams::http::v3::HttpProtocolOptions>();  // the JSON
                                                                                                           // names it
  Ids ids;
  return compile_cluster(bytes_of<envoy::config::cluster::v3::Cluster>(json), ids);
}
std::string problem_of(const std::string& json) {
  const auto cluster = compile(json);
  return cluster ? "none" : cluster.error().detail;
}

// As Istio makes it of the seed's DestinationRule.
constexpr const char* kSeed = R"({'name':'outbound|3000|v1|nodejs-api','type':'EDS',
  'edsClusterConfig':{'edsConfig':{'ads':{}},'serviceName':'outbound|3000|v1|nodejs-api'},'connectTimeout':'10s',
  'lbPolicy':'LEAST_REQUEST','circuitBreakers':{'thresholds':[{'maxConnections':100,'maxPendingRequests':50,
  'maxRequests':4294967295,'maxRetries':4294967295}]},
  'typedExtensionProtocolOptions':{'envoy.extensions.upstreams.http.v3.HttpProtocolOptions':{
   '@type':'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
   'commonHttpProtocolOptions':{'maxRequestsPerConnection':10},'explicitHttpConfig':{'httpProtocolOptions':{}}}},
  'outlierDetection':{'consecutive5xx':3,'interval':'30s','baseEjectionTime':'30s','enforcingConsecutive5xx':100},
  'commonLbConfig':{'healthyPanicThreshold':{}},
  'metadata':{'filterMetadata':{'istio':{'subset':'v1','services':[{'host':'nodejs-api.x','name':'nodejs-api','namespace':'nodejs-app'}]},
   'weft':{'origin':'DestinationRule nodejs-app/nodejs-api'}}}})";

TEST(CompileCluster, keeps_every_setting_of_the_seed) {
  const auto compiled = compile(kSeed);
  ASSERT_TRUE(compiled) << compiled.error().detail;
  const Cluster& cluster = **compiled;
  EXPECT_EQ(cluster.discovery, Discovery::eds);
  EXPECT_EQ(cluster.endpoints_name, "outbound|3000|v1|nodejs-api");
  EXPECT_EQ(cluster.balancing, Balancing::least_request);
  EXPECT_EQ(cluster.connect_timeout, std::chrono::seconds(10));
  EXPECT_EQ(cluster.limits.connections_max, 100);
  EXPECT_EQ(cluster.limits.pending_max, 50);
  EXPECT_EQ(cluster.requests_per_connection_max, 10);
  ASSERT_TRUE(cluster.outlier_detection);
  EXPECT_EQ(cluster.outlier_detection->consecutive_5xx, 3);
  EXPECT_EQ(cluster.outlier_detection->interval, std::chrono::seconds(30));
  EXPECT_EQ(cluster.panic_percent, 0);
  EXPECT_EQ(cluster.service_host, "nodejs-api.x");
  EXPECT_EQ(cluster.subset, "v1");
  EXPECT_EQ(cluster.origin.object, "DestinationRule nodejs-app/nodejs-api");
}

TEST(CompileCluster, takes_a_retry_budget_with_envoys_defaults) {
  const auto budget_of = [](const std::string& budget) {
    const auto cluster =
        compile("{'name':'a','type':'STATIC','circuitBreakers':{'thresholds':[{'retryBudget':" + budget + "}]}}");
    return (*cluster)->limits.retry_budget.value();
  };
  EXPECT_EQ(budget_of("{}").share, 0.2);
  EXPECT_EQ(budget_of("{}").always, 3);
  EXPECT_EQ(budget_of("{'budgetPercent':{'value':50},'minRetryConcurrency':7}").share, 0.5);
  EXPECT_EQ(budget_of("{'minRetryConcurrency':7}").always, 7);
}

TEST(CompileCluster, carries_the_endpoints_of_a_static_cluster) {
  const auto cluster = compile(R"({'name':'a','type':'STATIC','loadAssignment':{'endpoints':[{'lbEndpoints':[
    {'endpoint':{'address':{'socketAddress':{'address':'127.0.0.1','portValue':80}}},'loadBalancingWeight':3}]}]}})");
  ASSERT_TRUE(cluster) << cluster.error().detail;
  ASSERT_EQ((*cluster)->fixed_endpoints->endpoints.size(), 1);
  EXPECT_EQ((*cluster)->fixed_endpoints->endpoints[0].address.to_string(), "127.0.0.1:80");
  EXPECT_EQ((*cluster)->fixed_endpoints->endpoints[0].weight, 3);
}

Result<EndpointAddress> at_pipe(const std::string& path) {
  const auto cluster = compile(
      "{'name':'a','type':'STATIC','loadAssignment':{'clusterName':'a','endpoints':["
      "{'lbEndpoints':[{'endpoint':{'address':{'pipe':{'path':'" +
      path + "'}}}}]}]}}");
  if (!cluster) return fail(cluster.error());
  return (*cluster)->fixed_endpoints->endpoints.at(0).address;
}

TEST(CompileCluster, takes_endpoints_at_socket_files) {
  EXPECT_EQ(at_pipe("/run/app.sock"), (EndpointAddress{.socket_file = "/run/app.sock"}));
  EXPECT_EQ(at_pipe("@app"), (EndpointAddress{.socket_file = "@app"}));
  for (const auto& path : {std::string(), std::string("app"), std::string("/"), '/' + std::string(107, 'a')}) {
    EXPECT_FALSE(at_pipe(path)) << path;
  }
}

TEST(CompileCluster, reads_a_passthrough_cluster) {
  const auto cluster = compile(
      R"({'name':'inbound|80||','type':'ORIGINAL_DST','lbPolicy':'CLUSTER_PROVIDED','cleanupInterval':'9223372035s',
    'upstreamBindConfig':{'sourceAddress':{'address':'127.0.0.6','portValue':0}}})");
  ASSERT_TRUE(cluster) << cluster.error().detail;
  EXPECT_EQ((*cluster)->discovery, Discovery::original_destination);
  EXPECT_EQ((*cluster)->source_address, IpAddress::parse("127.0.0.6"));
}

// A cluster with these HTTP protocol options.
std::string with_http(const std::string& options) {
  return "{'name':'a','type':'STATIC','typedExtensionProtocolOptions':"
         "{'envoy.extensions.upstreams.http.v3.HttpProtocolOptions':{"
         "'@type':'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions'," +
         options + "}}}";
}

TEST(CompileCluster, reads_limits_and_pings_of_http2_connections) {
  const std::string http2 =
      "{'http2ProtocolOptions':{'maxConcurrentStreams':7,'connectionKeepalive':{'interval':'30s','timeout':'5s'}}}";
  for (const char* config : {"'explicitHttpConfig':", "'useDownstreamProtocolConfig':"}) {
    const auto cluster = compile(with_http(config + http2));
    ASSERT_TRUE(cluster) << cluster.error().detail;
    EXPECT_EQ((*cluster)->streams_per_connection_max, 7) << config;
    ASSERT_TRUE((*cluster)->http2_keepalive) << config;
    EXPECT_EQ((*cluster)->http2_keepalive->interval, std::chrono::seconds(30));
    EXPECT_EQ((*cluster)->http2_keepalive->timeout, std::chrono::seconds(5));
  }
  const auto plain = compile(with_http("'explicitHttpConfig':{'http2ProtocolOptions':{}}"));
  EXPECT_EQ((*plain)->streams_per_connection_max, UINT32_MAX);
  EXPECT_FALSE((*plain)->http2_keepalive);
}

TEST(CompileCluster, refuses_http2_connections_of_no_use) {
  const auto problem = [](const std::string& http2) {
    return problem_of(with_http("'explicitHttpConfig':{'http2ProtocolOptions':{" + http2 + "}}"));
  };
  EXPECT_EQ(problem("'maxConcurrentStreams':0"), "cluster 'a': max_concurrent_streams must be at least 1");
  const std::string useless = "cluster 'a': connection_keepalive needs an interval and a timeout above zero";
  EXPECT_EQ(problem("'connectionKeepalive':{'interval':'30s'}"), useless);
  EXPECT_EQ(problem("'connectionKeepalive':{'interval':'0s','timeout':'5s'}"), useless);
}

TEST(CompileCluster, reads_the_keepalive_of_connections) {
  const auto cluster = compile(R"({'name':'a','type':'STATIC','upstreamConnectionOptions':{'tcpKeepalive':{
    'keepaliveProbes':3,'keepaliveTime':60}}})");
  ASSERT_TRUE(cluster) << cluster.error().detail;
  ASSERT_TRUE((*cluster)->keepalive);
  EXPECT_EQ((*cluster)->keepalive->probes, 3);
  EXPECT_EQ((*cluster)->keepalive->time_s, 60);
  EXPECT_EQ((*cluster)->keepalive->interval_s, 0);
  EXPECT_FALSE((*compile("{'name':'a','type':'STATIC'}"))->keepalive);
}

TEST(CompileCluster, reads_the_names_and_times_of_a_cluster_by_dns) {
  const auto cluster = compile(R"({'name':'a','type':'STRICT_DNS','dnsLookupFamily':'V4_ONLY','respectDnsTtl':true,
    'dnsRefreshRate':'60s','dnsFailureRefreshRate':{'baseInterval':'1s'},'loadAssignment':{'endpoints':[
    {'priority':1,'lbEndpoints':[{'endpoint':{'address':{'socketAddress':{'address':'b.test','portValue':81}}}}]},
    {'lbEndpoints':[{'endpoint':{'address':{'socketAddress':{'address':'a.test','portValue':80}}},
      'loadBalancingWeight':3}]}]}})");
  ASSERT_TRUE(cluster) << cluster.error().detail;
  ASSERT_EQ((*cluster)->discovery, Discovery::dns);
  const DnsDiscovery& dns = *(*cluster)->dns;
  ASSERT_EQ(dns.names.size(), 2);
  EXPECT_EQ(dns.names[0].host, "a.test");
  EXPECT_EQ(dns.names[0].like.address.port, 80);
  EXPECT_EQ(dns.names[0].like.weight, 3);
  EXPECT_EQ(dns.names[1].host, "b.test");
  EXPECT_EQ(dns.names[1].like.priority, 1);
  EXPECT_FALSE(dns.takes_first_only);
  EXPECT_EQ(dns.family, AddressFamily::v4);
  EXPECT_TRUE(dns.follows_ttl);
  EXPECT_EQ(dns.refresh_interval, std::chrono::seconds(60));
  EXPECT_EQ(dns.retry_interval, std::chrono::seconds(1));
  EXPECT_EQ(dns.retry_interval_max, std::chrono::seconds(10));
}

TEST(CompileCluster, a_cluster_by_dns_has_the_defaults_of_envoy) {
  const auto cluster = compile(R"({'name':'a','type':'LOGICAL_DNS','loadAssignment':{'endpoints':[{'lbEndpoints':[
    {'endpoint':{'address':{'socketAddress':{'address':'a.test','portValue':80}}}}]}]}})");
  ASSERT_TRUE(cluster) << cluster.error().detail;
  const DnsDiscovery& dns = *(*cluster)->dns;
  EXPECT_TRUE(dns.takes_first_only);
  EXPECT_EQ(dns.family, AddressFamily::v6_else_v4);
  EXPECT_FALSE(dns.follows_ttl);
  EXPECT_EQ(dns.refresh_interval, std::chrono::seconds(5));
  EXPECT_EQ(dns.retry_interval_max, std::chrono::seconds(5));
}

TEST(CompileCluster, ignores_a_source_address_that_means_any) {
  const auto cluster = compile(
      R"({'name':'a','type':'STATIC','upstreamBindConfig':{'sourceAddress':{'address':'0.0.0.0','portValue':0}}})");
  ASSERT_TRUE(cluster);
  EXPECT_EQ((*cluster)->source_address, std::nullopt);
}

TEST(CompileCluster, refuses_by_name_what_it_cannot_do) {
  EXPECT_EQ(problem_of("{'name':'a','type':'LOGICAL_DNS'}"),
            "cluster 'a': a cluster of type LOGICAL_DNS has exactly one name");
  EXPECT_EQ(problem_of("{'name':'a','type':'STATIC','lbPolicy':'LOAD_BALANCING_POLICY_CONFIG'}"),
            "cluster 'a': lb_policy LOAD_BALANCING_POLICY_CONFIG is not supported");
  EXPECT_EQ(problem_of("{'name':'a','type':'ORIGINAL_DST'}"),
            "cluster 'a': lb_policy CLUSTER_PROVIDED goes with type ORIGINAL_DST, and with no other");
  EXPECT_EQ(problem_of("{'name':'a','type':'STATIC','transportSocket':{'name':'envoy.transport_sockets.tls'}}"),
            "cluster 'a': transport socket 'envoy.transport_sockets.tls' is not supported");
  EXPECT_EQ(problem_of("{'type':'STATIC'}"), "a cluster without a name");
}

TEST(CompileEndpoints, orders_by_priority_and_marks_those_that_are_not_to_be_used) {
  const auto set =
      compile_endpoints(bytes_of<envoy::config::endpoint::v3::ClusterLoadAssignment>(R"({'clusterName':'c','endpoints':[
    {'priority':1,'lbEndpoints':[{'endpoint':{'address':{'socketAddress':{'address':'10.0.0.2','portValue':80}}}}]},
    {'lbEndpoints':[{'endpoint':{'address':{'socketAddress':{'address':'10.0.0.1','portValue':80}}},'healthStatus':'DRAINING',
      'metadata':{'filterMetadata':{'istio':{'workload':'w;ns;c;v1;k'}}}}]}]})"));
  ASSERT_TRUE(set) << set.error().detail;
  ASSERT_EQ((*set)->endpoints.size(), 2);
  EXPECT_EQ((*set)->endpoints[0].address.to_string(), "10.0.0.1:80");
  EXPECT_FALSE((*set)->endpoints[0].is_healthy);
  EXPECT_EQ((*set)->endpoints[0].workload, "w;ns;c;v1;k");
  EXPECT_EQ((*set)->endpoints[1].priority, 1);
  EXPECT_TRUE((*set)->endpoints[1].is_healthy);
}

TEST(CompileEndpoints, keep_their_localities_and_the_overprovisioning_factor) {
  const auto set = compile_endpoints(bytes_of<envoy::config::endpoint::v3::ClusterLoadAssignment>(
      R"({'clusterName':'c','policy':{'overprovisioningFactor':120},'endpoints':[
    {'locality':{'region':'r','zone':'z','subZone':'s'},'loadBalancingWeight':80,'lbEndpoints':[
      {'endpoint':{'address':{'socketAddress':{'address':'10.0.0.1','portValue':80}}}}]}]})"));
  ASSERT_TRUE(set) << set.error().detail;
  EXPECT_EQ((*set)->overprovisioning_percent, 120);
  const Locality& locality = (*set)->localities.at((*set)->endpoints.at(0).locality);
  EXPECT_EQ(locality.region, "r");
  EXPECT_EQ(locality.zone, "z");
  EXPECT_EQ(locality.subzone, "s");
  EXPECT_EQ(locality.weight, 80);
}

TEST(CompileEndpoints, refuses_priorities_beyond_envoys) {
  EXPECT_FALSE(compile_endpoints(bytes_of<envoy::config::endpoint::v3::ClusterLoadAssignment>(
      "{'clusterName':'c','endpoints':[{'priority':129}]}")));
}

TEST(CompileEndpoints, refuses_addresses_that_are_none) {
  const auto set = compile_endpoints(bytes_of<envoy::config::endpoint::v3::ClusterLoadAssignment>(
      "{'clusterName':'c','endpoints':[{'lbEndpoints':[{'endpoint':{'address':{'socketAddress':{'address':'host','"
      "portValue':80}}}}]}]}"));
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().detail, "endpoints of 'c': 'host' is not an IP address");
}

}  // namespace
}  // namespace weft::decide
