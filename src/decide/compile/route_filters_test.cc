#include <envoy/config/route/v3/route.pb.h>

// The messages inside of Any must be known to the JSON parser.
#include <envoy/extensions/filters/http/cors/v3/cors.pb.h>
#include <envoy/extensions/filters/http/fault/v3/fault.pb.h>

#include "decide/compile/compile.h"
#include "decide/compile/json_for_test.h"

namespace weft::decide {
namespace {

constexpr const char* kFault =
    "'envoy.filters.http.fault':{'@type':'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault',";
constexpr const char* kCors =
    "'envoy.filters.http.cors':{'@type':'type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy',";

// A table of one route with these filter settings.
Result<RouteTablePtr> with_settings(const std::string& settings, const std::string& more_of_action = "") {
  Ids ids;
  return compile_route_table(bytes_of<envoy::config::route::v3::RouteConfiguration>(
                                 "{'name':'80','virtualHosts':[{'name':'any','domains':['*'],'routes':[{'match':{"
                                 "'prefix':'/'},'route':{'cluster':'c'" +
                                 more_of_action + "},'typedPerFilterConfig':{" + settings + "}}]}]}"),
                             ids);
}
std::string refusal_of(const std::string& settings) {
  const auto table = with_settings(settings);
  return table ? "none" : table.error().detail.substr(table.error().detail.rfind(": ") + 2);
}
const Route& only_route(const RouteTablePtr& table) {
  return table->hosts[0].routes[0];
}

TEST(CompileRouteFilters, keeps_delay_and_abort_of_a_fault) {
  const auto table =
      with_settings(kFault + std::string("'delay':{'fixedDelay':'1.500s','percentage':{'numerator':12345,"
                                         "'denominator':'MILLION'}},'abort':{'httpStatus':418,'percentage':{"
                                         "'numerator':50}}}"));
  ASSERT_TRUE(table) << table.error().detail;
  const Fault& fault = *only_route(*table).fault;
  EXPECT_EQ(fault.delay->length, std::chrono::milliseconds(1500));
  EXPECT_EQ(fault.delay->share.numerator, 12345);
  EXPECT_EQ(fault.delay->share.denominator, 1'000'000);
  EXPECT_EQ(fault.abort->status, 418);
  EXPECT_FALSE(fault.abort->grpc_status);
  EXPECT_TRUE(fault.abort->share.includes(UINT64_MAX / 2 - 1));
  EXPECT_FALSE(fault.abort->share.includes(UINT64_MAX / 2 + 1));
}

TEST(CompileRouteFilters, a_share_that_is_not_given_is_none) {
  const auto table = with_settings(kFault + std::string("'abort':{'httpStatus':418}}"));
  ASSERT_TRUE(table) << table.error().detail;
  EXPECT_FALSE(only_route(*table).fault->abort->share.includes(0));
}

TEST(CompileRouteFilters, a_grpc_status_has_an_http_status_that_stands_for_it) {
  const auto table = with_settings(kFault + std::string("'abort':{'grpcStatus':8,'percentage':{'numerator':100}}}"));
  ASSERT_TRUE(table) << table.error().detail;
  EXPECT_EQ(only_route(*table).fault->abort->grpc_status, 8);
  EXPECT_EQ(only_route(*table).fault->abort->status, 429);
}

TEST(CompileRouteFilters, refuses_faults_that_it_would_not_do) {
  const auto fault = [](const char* fields) { return refusal_of(kFault + std::string(fields) + "}"); };
  EXPECT_EQ(fault("'upstreamCluster':'c'"), "upstream_cluster of a fault is not supported");
  EXPECT_EQ(fault("'headers':[{'name':'x','presentMatch':true}]"), "headers of a fault is not supported");
  EXPECT_EQ(fault("'maxActiveFaults':1"), "max_active_faults of a fault is not supported");
  EXPECT_EQ(fault("'responseRateLimit':{}"), "response_rate_limit of a fault is not supported");
  EXPECT_EQ(fault("'delay':{'headerDelay':{}}"), "a fault's delay that is not fixed");
  EXPECT_EQ(fault("'abort':{'headerAbort':{}}"), "a fault's abort without a status of its own");
  EXPECT_EQ(fault("'abort':{'httpStatus':600}"), "http_status 600 of a fault");
}

TEST(CompileRouteFilters, keeps_a_cors_policy) {
  const auto table = with_settings(kCors + std::string("'allowOriginStringMatch':[{'suffix':'.a.example'}],"
                                                       "'allowMethods':'GET,PUT','allowHeaders':'x-a','exposeHeaders':"
                                                       "'x-b','maxAge':'60','allowCredentials':true,'filterEnabled':{"
                                                       "'defaultValue':{'numerator':100}},"
                                                       "'forwardNotMatchingPreflights':false}"));
  ASSERT_TRUE(table) << table.error().detail;
  const CorsPolicy& cors = *only_route(*table).cors;
  EXPECT_TRUE(cors.allows("https://b.a.example"));
  EXPECT_FALSE(cors.allows("https://b.example"));
  EXPECT_EQ(cors.methods, "GET,PUT");
  EXPECT_EQ(cors.headers, "x-a");
  EXPECT_EQ(cors.exposed_headers, "x-b");
  EXPECT_EQ(cors.age_max, "60");
  EXPECT_TRUE(cors.allows_credentials);
  EXPECT_FALSE(cors.forwards_unmatched_preflights);
}

TEST(CompileRouteFilters, a_cors_origin_of_a_star_is_every_origin) {
  const auto table = with_settings(kCors + std::string("'allowOriginStringMatch':[{'exact':'*'}]}"));
  ASSERT_TRUE(table) << table.error().detail;
  EXPECT_TRUE(only_route(*table).cors->allows("https://a.example"));
  EXPECT_TRUE(only_route(*table).cors->forwards_unmatched_preflights);
}

TEST(CompileRouteFilters, the_older_place_of_a_cors_policy_is_read_too) {
  const auto table = with_settings("", ",'cors':{'allowOriginStringMatch':[{'exact':'https://a'}],'maxAge':'1'}");
  ASSERT_TRUE(table) << table.error().detail;
  EXPECT_TRUE(only_route(*table).cors->allows("https://a"));
  EXPECT_EQ(only_route(*table).cors->age_max, "1");
}

TEST(CompileRouteFilters, refuses_cors_policies_that_would_break_responses_or_that_it_would_not_do) {
  EXPECT_EQ(refusal_of(kCors + std::string("'allowMethods':'GET\\r\\nx: y'}")), "control characters in a CORS policy");
  EXPECT_EQ(refusal_of(kCors + std::string("'allowPrivateNetworkAccess':true}")),
            "allow_private_network_access of a CORS policy is not supported");
}

TEST(CompileRouteFilters, refuses_settings_of_other_filters_and_of_the_wrong_type) {
  EXPECT_EQ(refusal_of("'envoy.filters.http.rbac':{'@type':'type.googleapis.com/google.protobuf.Empty'}"),
            "settings for filter 'envoy.filters.http.rbac'");
  const std::string wrong =
      refusal_of("'envoy.filters.http.cors':{'@type':'type.googleapis.com/google.protobuf.Empty'}");
  EXPECT_TRUE(wrong.starts_with("settings for filter 'envoy.filters.http.cors' is not a ")) << wrong;
}

}  // namespace
}  // namespace weft::decide
