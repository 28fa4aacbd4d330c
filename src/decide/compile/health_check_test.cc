#include "decide/compile/health_check.h"

#include "decide/compile/json_for_test.h"

namespace weft::decide {
namespace {

using namespace std::chrono_literals;

// The check that these fields describe, beside those that every check needs.
Result<HealthCheckPtr> compile(const std::string& fields, const std::string& needed =
                                                              "'timeout':'1s','interval':'5s',"
                                                              "'unhealthyThreshold':3,"
                                                              "'healthyThreshold':2") {
  envoy::config::core::v3::HealthCheck wire;
  wire.ParseFromString(bytes_of<envoy::config::core::v3::HealthCheck>("{" + needed + "," + fields + "}"));
  return compile_health_check(wire);
}
HealthCheck compiled(const std::string& fields) {
  const auto check = compile(fields);
  EXPECT_TRUE(check) << check.error().detail;
  return check ? **check : HealthCheck();
}
std::string problem_of(const std::string& fields) {
  const auto check = compile(fields);
  return check ? "none" : check.error().detail;
}

TEST(CompileHealthCheck, an_http_check_has_envoys_defaults) {
  const HealthCheck check = compiled("'httpHealthCheck':{'path':'/healthz'}");
  EXPECT_EQ(check.timeout, 1s);
  EXPECT_EQ(check.interval, 5s);
  EXPECT_EQ(check.unhealthy_threshold, 3);
  EXPECT_EQ(check.healthy_threshold, 2);
  EXPECT_TRUE(check.reuses_connection);
  EXPECT_FALSE(check.logs_failures || check.logs_successes);
  const auto& http = std::get<HttpCheck>(check.how);
  EXPECT_EQ(http.method, "GET");
  EXPECT_EQ(http.path, "/healthz");
  EXPECT_EQ(http.host, "");
  EXPECT_FALSE(http.uses_http2);
  EXPECT_EQ(http.headers, (std::vector<std::pair<std::string, std::string>>{{"user-agent", "Envoy/HC"}}));
  EXPECT_TRUE(holds(http.expected, 200));
  EXPECT_FALSE(holds(http.expected, 201));
}

TEST(CompileHealthCheck, intervals_fall_back_to_plainer_ones) {
  const HealthCheck plain = compiled("'tcpHealthCheck':{}");
  EXPECT_EQ(plain.unhealthy_interval, 5s);
  EXPECT_EQ(plain.unhealthy_edge_interval, 5s);
  EXPECT_EQ(plain.healthy_edge_interval, 5s);
  EXPECT_EQ(plain.no_traffic_interval, 60s);
  EXPECT_EQ(plain.no_traffic_healthy_interval, 60s);
  const HealthCheck set = compiled(
      "'tcpHealthCheck':{},'unhealthyInterval':'7s','healthyEdgeInterval':'2s','noTrafficInterval':'20s',"
      "'initialJitter':'3s','intervalJitter':'4s','intervalJitterPercent':10");
  EXPECT_EQ(set.unhealthy_interval, 7s);
  EXPECT_EQ(set.unhealthy_edge_interval, 7s);
  EXPECT_EQ(set.healthy_edge_interval, 2s);
  EXPECT_EQ(set.no_traffic_healthy_interval, 20s);
  EXPECT_EQ(set.initial_jitter, 3s);
  EXPECT_EQ(set.interval_jitter, 4s);
  EXPECT_EQ(set.interval_jitter_percent, 10);
}

TEST(CompileHealthCheck, an_http_check_takes_method_version_statuses_and_fields) {
  const HealthCheck check = compiled(R"('reuseConnection':false,'alwaysLogHealthCheckFailures':true,
    'httpHealthCheck':{'path':'/h','host':'app','method':'HEAD','codecClientType':'HTTP2',
     'expectedStatuses':[{'start':200,'end':300},{'start':404,'end':405}],'retriableStatuses':[{'start':503,'end':504}],
     'requestHeadersToAdd':[{'header':{'key':'X-Check','value':'1'}},{'header':{'key':'host','value':'other'}}],
     'requestHeadersToRemove':['User-Agent'],'serviceNameMatcher':{'prefix':'app'}})");
  EXPECT_FALSE(check.reuses_connection);
  EXPECT_TRUE(check.logs_failures);
  const auto& http = std::get<HttpCheck>(check.how);
  EXPECT_EQ(http.method, "HEAD");
  EXPECT_EQ(http.host, "other");
  EXPECT_TRUE(http.uses_http2);
  EXPECT_TRUE(holds(http.expected, 299) && holds(http.expected, 404) && !holds(http.expected, 300));
  EXPECT_TRUE(holds(http.retriable, 503) && !holds(http.retriable, 502));
  EXPECT_EQ(http.headers, (std::vector<std::pair<std::string, std::string>>{{"x-check", "1"}}));
  EXPECT_TRUE(http.service_name->matches("app-1"));
}

TEST(CompileHealthCheck, a_grpc_check_names_a_service) {
  const auto grpc = std::get<GrpcCheck>(
      compiled(
          "'grpcHealthCheck':{'serviceName':'shop','authority':'a','initialMetadata':[{'header':{'key':'k','value':"
          "'v'}}]}")
          .how);
  EXPECT_EQ(grpc.service, "shop");
  EXPECT_EQ(grpc.authority, "a");
  EXPECT_EQ(grpc.metadata.at(0).second, "v");
}

TEST(CompileHealthCheck, payloads_of_a_tcp_check_are_hexadecimal_or_binary) {
  const auto tcp =
      std::get<TcpCheck>(compiled("'tcpHealthCheck':{'send':{'text':'50494e47'},'receive':[{'text':'4F4b'},{'binary':"
                                  "'IQ=='}]}")
                             .how);
  EXPECT_EQ(tcp.send, "PING");
  EXPECT_EQ(tcp.receive, (std::vector<std::string>{"OK", "!"}));
  for (const char* wrong : {"", "4", "4x", "zz"})
    EXPECT_NE(problem_of("'tcpHealthCheck':{'send':{'text':'" + std::string(wrong) + "'}}"), "none") << wrong;
}

TEST(CompileHealthCheck, refuses_what_envoy_refuses_and_what_only_envoy_does) {
  EXPECT_EQ(compile("'tcpHealthCheck':{}", "'interval':'1s'").error().detail,
            "a health check needs a timeout and an interval");
  EXPECT_EQ(compile("'tcpHealthCheck':{}", "'timeout':'1s','interval':'1s','healthyThreshold':1").error().detail,
            "a health check needs both thresholds");
  for (const char* fields :
       {"'reuseConnection':true", "'httpHealthCheck':{}", "'httpHealthCheck':{'path':'/','method':'CONNECT'}",
        "'httpHealthCheck':{'path':'/','codecClientType':'HTTP3'}", "'customHealthCheck':{'name':'redis'}",
        "'httpHealthCheck':{'path':'/','expectedStatuses':[{'start':200,'end':200}]}",
        "'httpHealthCheck':{'path':'/','expectedStatuses':[{'start':99,'end':200}]}",
        "'httpHealthCheck':{'path':'/','expectedStatuses':[{'start':200,'end':601}]}",
        "'httpHealthCheck':{'path':'/','receive':[{'text':'00'}]}", "'tcpHealthCheck':{},'altPort':80",
        "'httpHealthCheck':{'path':'/','requestHeadersToAdd':[{'header':{'key':'a','value':'%PROTOCOL%'}}]}"})
    EXPECT_NE(problem_of(fields), "none") << fields;
}

CheckTarget target_of(const std::string& json) {
  EndpointHealthCheck wire;
  wire.ParseFromString(bytes_of<EndpointHealthCheck>(json));
  const auto target = compile_check_target(wire);
  EXPECT_TRUE(target);
  return **target;
}

TEST(CompileCheckTarget, an_endpoint_says_where_it_is_checked) {
  const CheckTarget target =
      target_of("{'hostname':'a','portValue':81,'address':{'socketAddress':{'address':'10.0.0.9','portValue':80}}}");
  EXPECT_EQ(target.ip->to_string(), "10.0.0.9");
  EXPECT_EQ(target.port, 81);
  EXPECT_EQ(target.host, "a");
  EXPECT_FALSE(target.is_exempt);
  EXPECT_TRUE(target_of("{'disableActiveHealthCheck':true}").is_exempt);
}

}  // namespace
}  // namespace weft::decide
