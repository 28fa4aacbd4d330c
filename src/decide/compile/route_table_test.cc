#include <envoy/config/route/v3/route.pb.h>

#include "decide/compile/compile.h"
#include "decide/compile/json_for_test.h"
#include "decide/routing/request_for_test.h"
#include "decide/routing/rewrite.h"

namespace weft::decide {
namespace {

Result<RouteTablePtr> compile(const std::string& json, Ids& ids) {
  return compile_route_table(bytes_of<envoy::config::route::v3::RouteConfiguration>(json), ids);
}
// A table whose single virtual host has these routes.
Result<RouteTablePtr> with_routes(const std::string& routes) {
  Ids ids;
  return compile("{'name':'80','virtualHosts':[{'name':'any','domains':['*'],'routes':[" + routes + "]}]}", ids);
}
std::string problem_of(const std::string& routes) {
  const auto table = with_routes(routes);
  return table ? "none" : table.error().detail;
}
const Route& first_route(const RouteTablePtr& table) {
  return table->hosts[0].routes[0];
}
const Forward& first_forward(const RouteTablePtr& table) {
  return std::get<Forward>(first_route(table).action);
}

// The table that Istio makes of the seed's VirtualService.
constexpr const char* kSeed = R"({'name':'3000','virtualHosts':[
  {'name':'nodejs-api:3000','domains':['nodejs-api','nodejs-api.nodejs-app.svc.cluster.local','10.96.0.10'],
   'includeRequestAttemptCount':true,'routes':[
    {'match':{'prefix':'/','headers':[{'name':'canary','stringMatch':{'exact':'true'}}]},
     'route':{'cluster':'outbound|3000|v2|nodejs-api','timeout':'0s','retryPolicy':{
       'retryOn':'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes','numRetries':2,
       'retryHostPredicate':[{'name':'envoy.retry_host_predicates.previous_hosts'}],'hostSelectionRetryMaxAttempts':'5'}},
     'metadata':{'filterMetadata':{'weft':{'origin':'VirtualService nodejs-app/nodejs-api','file':'mesh.yaml','line':40}}}},
    {'match':{'prefix':'/'},'route':{'timeout':'0s','weightedClusters':{'clusters':[
       {'name':'outbound|3000|v1|nodejs-api','weight':90},{'name':'outbound|3000|v2|nodejs-api','weight':10}]}}}]},
  {'name':'allow_any','domains':['*'],'routes':[{'name':'allow_any','match':{'prefix':'/'},'route':{'cluster':'PassthroughCluster'}}]}],
  'ignorePortInHostMatching':true})";

TEST(CompileRouteTable, sends_plaintext_requests_of_a_host_that_requires_tls_to_https) {
  Ids ids;
  const auto table = compile(
      "{'name':'http.80','virtualHosts':[{'name':'a','domains':['a.com'],'requireTls':'ALL','routes':["
      "{'name':'r','match':{'prefix':'/'},'route':{'cluster':'c'}}]},"
      "{'name':'b','domains':['b.com'],'requireTls':'ALL'}]}",
      ids);
  ASSERT_TRUE(table) << table.error().detail;
  const auto decide = [&](std::string_view authority, std::string_view scheme) {
    TestRequest request("/x?y=z");
    auto head = request.head();
    head.authority = authority;
    head.scheme = scheme;
    const auto decision = (*table)->decide(head);
    if (!decision) return std::string("none");
    const auto* redirect = std::get_if<Redirect>(&decision.route->action);
    return redirect ? redirect_location(*redirect, decision.route->match, head) : decision.route->name;
  };
  EXPECT_EQ(decide("a.com", "http"), "https://a.com/x?y=z");
  EXPECT_EQ(decide("a.com", "https"), "r");
  EXPECT_EQ(decide("b.com", "http"), "https://b.com/x?y=z") << "whether there are routes or not";
  EXPECT_EQ(decide("b.com", "https"), "none");
  EXPECT_EQ(compile("{'name':'x','virtualHosts':[{'name':'a','domains':['*'],'requireTls':'EXTERNAL_ONLY'}]}", ids)
                .error()
                .reason,
            Reason::unsupported);
}

TEST(CompileRouteTable, routes_the_seed_as_istio_does) {
  Ids ids;
  const auto table = compile(kSeed, ids);
  ASSERT_TRUE(table) << table.error().detail;
  const auto cluster_for = [&](const TestRequest& request) {
    const auto decision = (*table)->decide(request.head());
    return ids.clusters.name_of(std::get<Forward>(decision.route->action).pick(request.head().random).cluster);
  };
  EXPECT_EQ(cluster_for(TestRequest("/").authority("nodejs-api:3000").header("canary", "true")),
            "outbound|3000|v2|nodejs-api");
  EXPECT_EQ(cluster_for(TestRequest("/").authority("unknown")), "PassthroughCluster");
  int to_v2 = 0;
  for (uint64_t i = 0; i < 10'000; ++i) {
    const auto request = TestRequest("/").authority("10.96.0.10").random(i * 0x9e3779b97f4a7c15ULL);
    to_v2 += cluster_for(request) == "outbound|3000|v2|nodejs-api" ? 1 : 0;
  }
  EXPECT_NEAR(to_v2, 1000, 100);
}

TEST(CompileRouteTable, keeps_policy_and_origin_of_a_route) {
  Ids ids;
  const auto table = compile(kSeed, ids);
  ASSERT_TRUE(table);
  const Route& route = first_route(*table);
  EXPECT_EQ(route.origin.object, "VirtualService nodejs-app/nodejs-api");
  EXPECT_EQ(route.origin.file, "mesh.yaml");
  EXPECT_EQ(route.origin.line, 40);
  EXPECT_TRUE(route.counts_attempts);
  const RetryPolicy& retry = first_forward(*table).retry;
  EXPECT_TRUE(retry.has(RetryOn::connect_failure));
  EXPECT_FALSE(retry.has(RetryOn::server_error));
  EXPECT_EQ(retry.retries_max, 2);
  EXPECT_EQ(retry.selection_attempts_max, 5);
  EXPECT_TRUE(retry.avoids_tried_endpoints);
}

TEST(CompileRouteTable, names_each_cluster_of_its_routes_once) {
  Ids ids;
  const auto table = compile(kSeed, ids);
  ASSERT_TRUE(table);
  EXPECT_EQ((*table)->clusters.size(), 3);
}

TEST(CompileRouteTable, says_why_nothing_matched) {
  Ids ids;
  const auto table = compile(
      R"({'virtualHosts':[{'name':'a','domains':['a'],'routes':[{'match':{'path':'/x'},'route':{'cluster':'c'}}]}]})",
      ids);
  ASSERT_TRUE(table);
  EXPECT_EQ((*table)->decide(TestRequest("/x").authority("b").head()).miss, Decision::Miss::no_virtual_host);
  const auto decision = (*table)->decide(TestRequest("/y").authority("a").head());
  EXPECT_EQ(decision.miss, Decision::Miss::no_route);
  EXPECT_EQ(decision.host->name, "a");
}

TEST(CompileRouteTable, gives_a_route_without_timeout_the_default_of_envoy) {
  EXPECT_EQ(first_forward(*with_routes("{'match':{'prefix':'/'},'route':{'cluster':'c'}}")).timeout,
            std::chrono::seconds(15));
}

TEST(CompileRouteTable, reads_redirects) {
  const auto table = with_routes(
      R"({'match':{'prefix':'/'},'redirect':{'hostRedirect':'h','pathRedirect':'/p','responseCode':'PERMANENT_REDIRECT','portRedirect':81}})");
  ASSERT_TRUE(table);
  const auto& redirect = std::get<Redirect>(first_route(*table).action);
  EXPECT_EQ(redirect.status, 308);
  EXPECT_EQ(redirect.host, "h");
  EXPECT_EQ(redirect.path.text, "/p");
  EXPECT_EQ(redirect.port, 81);
}

TEST(CompileRouteTable, knows_connect_by_its_matcher_and_whether_it_ends_here) {
  const auto table = with_routes(
      "{'match':{'connectMatcher':{}},'route':{'cluster':'c','upgradeConfigs':["
      "{'upgradeType':'CONNECT','connectConfig':{}},{'upgradeType':'websocket','enabled':false}]}}");
  ASSERT_TRUE(table) << table.error().detail;
  const Forward& forward = first_forward(*table);
  EXPECT_EQ(forward.connect, ConnectMode::terminate);
  ASSERT_EQ(forward.upgrades.size(), 2u);
  EXPECT_EQ(forward.upgrades[0].name, "connect");
  EXPECT_FALSE(forward.upgrades[1].allowed);
  TestRequest request("");
  EXPECT_TRUE((*table)->decide(request.head()));
  TestRequest with_path("/");
  EXPECT_FALSE((*table)->decide(with_path.head()));
}

TEST(CompileRouteTable, matches_a_connect_by_nothing_that_looks_at_a_path) {
  const auto table = with_routes("{'match':{'prefix':''},'route':{'cluster':'c'}}");
  ASSERT_TRUE(table) << table.error().detail;
  TestRequest connect("");
  EXPECT_FALSE((*table)->decide(connect.head()));
}

TEST(CompileRouteTable, refuses_settings_of_connect_that_it_would_have_to_ignore) {
  const auto with = [](const std::string& config) {
    return problem_of("{'match':{'connectMatcher':{}},'route':{'cluster':'c','upgradeConfigs':[" + config + "]}}");
  };
  EXPECT_NE(with("{'upgradeType':'CONNECT','connectConfig':{'allowPost':true}}"), "none");
  EXPECT_NE(with("{'upgradeType':'CONNECT','connectConfig':{'proxyProtocolConfig':{}}}"), "none");
  EXPECT_NE(with("{'upgradeType':'websocket','connectConfig':{}}"), "none");
}

TEST(CompileRouteTable, reads_retries_by_header_and_by_priority) {
  const auto with = [](const std::string& more) {
    return with_routes("{'match':{'prefix':'/'},'route':{'cluster':'c','retryPolicy':{'retryOn':'retriable-headers'" +
                       more + "}}}");
  };
  const auto table = with(
      ",'retriableHeaders':[{'name':'X-Again','stringMatch':{'exact':'yes'}}],"
      "'retriableRequestHeaders':[{'name':':method','stringMatch':{'exact':'GET'}}]");
  ASSERT_TRUE(table) << table.error().detail;
  const RetryPolicy& retry = first_forward(*table).retry;
  EXPECT_TRUE(retry.has(RetryOn::headers));
  EXPECT_EQ(retry.response_headers[0].name, "x-again");
  EXPECT_TRUE(retry.takes({.method = "GET"}));
  EXPECT_FALSE(retry.takes({.method = "POST"}));
  EXPECT_FALSE(with(",'retryPriority':{'name':'envoy.retry_priorities.other'}"));
  EXPECT_FALSE(with(",'retryPriority':{'name':'envoy.retry_priorities.previous_priorities'}"));
}

TEST(CompileRouteTable, reads_direct_responses) {
  const auto table =
      with_routes("{'match':{'prefix':'/'},'directResponse':{'status':418,'body':{'inlineString':'tea'}}}");
  ASSERT_TRUE(table);
  EXPECT_EQ(std::get<DirectResponse>(first_route(*table).action).status, 418);
  EXPECT_EQ(std::get<DirectResponse>(first_route(*table).action).body, "tea");
}

TEST(CompileRouteTable, orders_header_edits_from_the_most_specific_on) {
  Ids ids;
  const auto table = compile(R"({'virtualHosts':[{'name':'a','domains':['*'],
    'requestHeadersToAdd':[{'header':{'key':'X-B','value':'host'}}],
    'routes':[{'match':{'prefix':'/'},'route':{'cluster':'c'},
      'requestHeadersToAdd':[{'header':{'key':'x-a','value':'route'},'appendAction':'OVERWRITE_IF_EXISTS_OR_ADD'}],
      'requestHeadersToRemove':['x-r']}]}],'requestHeadersToAdd':[{'header':{'key':'x-c','value':'table'}}]})",
                             ids);
  ASSERT_TRUE(table) << table.error().detail;
  const auto& edits = first_route(*table).request_edits;
  ASSERT_EQ(edits.size(), 4);
  EXPECT_EQ(edits[0].name, "x-a");
  EXPECT_EQ(edits[0].kind, HeaderEdit::Kind::set);
  EXPECT_EQ(edits[1].kind, HeaderEdit::Kind::remove);
  EXPECT_EQ(edits[2].name, "x-b");
  EXPECT_EQ(edits[2].kind, HeaderEdit::Kind::append);
  EXPECT_EQ(edits[3].name, "x-c");
}

TEST(CompileRouteTable, names_the_host_and_route_of_a_problem) {
  EXPECT_EQ(problem_of("{'name':'r1','match':{'safeRegex':{'regex':'('}},'route':{'cluster':'c'}}"),
            "route configuration '80': virtual host 'any': route 'r1': regular expression '(': missing ): (");
  EXPECT_EQ(problem_of("{'match':{'prefix':'/'}}"),
            "route configuration '80': virtual host 'any': route #0: an action other than route, redirect or "
            "direct_response");
}

TEST(CompileRouteTable, keeps_mirrors_and_names_their_clusters) {
  Ids ids;
  const auto table = compile(R"({'name':'80','virtualHosts':[{'name':'any','domains':['*'],'routes':[
    {'match':{'prefix':'/'},'route':{'cluster':'c','requestMirrorPolicies':[
      {'cluster':'m','runtimeFraction':{'defaultValue':{'numerator':5,'denominator':'MILLION'}},
       'traceSampled':false,'disableShadowHostSuffixAppend':true},{'cluster':'n'}]}}]}]})",
                             ids);
  ASSERT_TRUE(table) << table.error().detail;
  const auto& mirrors = first_forward(*table).mirrors;
  ASSERT_EQ(mirrors.size(), 2);
  EXPECT_EQ(ids.clusters.name_of(mirrors[0].cluster), "m");
  EXPECT_EQ(mirrors[0].share.numerator, 5);
  EXPECT_EQ(mirrors[0].share.denominator, 1'000'000);
  EXPECT_EQ(mirrors[0].host, MirroredHost::unchanged);
  EXPECT_TRUE(mirrors[1].share.includes(UINT64_MAX));
  EXPECT_EQ(mirrors[1].host, MirroredHost::shadow);
  EXPECT_EQ((*table)->clusters.size(), 3);
}

TEST(CompileRouteTable, keeps_what_is_hashed_for_affinity) {
  const auto table = with_routes(R"({'match':{'prefix':'/'},'route':{'cluster':'c','hashPolicy':[
    {'header':{'headerName':'X-User'},'terminal':true},{'cookie':{'name':'id','ttl':'60s','path':'/p'}},
    {'queryParameter':{'name':'q'}},{'connectionProperties':{'sourceIp':true}}]}})");
  ASSERT_TRUE(table) << table.error().detail;
  const auto& policies = first_forward(*table).hash_policies;
  ASSERT_EQ(policies.size(), 4);
  EXPECT_EQ(std::get<HashHeader>(policies[0].source).name, "x-user");
  EXPECT_TRUE(policies[0].terminal);
  EXPECT_EQ(std::get<HashCookie>(policies[1].source).lifetime, std::chrono::seconds(60));
  EXPECT_EQ(std::get<HashCookie>(policies[1].source).attributes, "; Max-Age=60; Path=/p; HttpOnly");
  EXPECT_EQ(std::get<HashQueryParameter>(policies[2].source).name, "q");
  EXPECT_TRUE(std::holds_alternative<HashSourceIp>(policies[3].source));
}

TEST(CompileRouteTable, refuses_what_it_would_have_to_ignore) {
  const std::string match = "{'match':{'prefix':'/'},";
  EXPECT_NE(
      problem_of(match + "'route':{'cluster':'c','hashPolicy':[{'cookie':{'name':'a','ttl':'1s','path':'/;x'}}]}}"),
      "none");
  EXPECT_NE(problem_of(match + "'route':{'cluster':'c','hashPolicy':[{'filterState':{'key':'x'}}]}}"), "none");
  EXPECT_NE(problem_of(match + "'route':{'cluster':'c','hashPolicy':[{'connectionProperties':{}}]}}"), "none");
  EXPECT_NE(problem_of(match + "'route':{'cluster':'c','requestMirrorPolicies':[{'clusterHeader':'m'}]}}"), "none");
  EXPECT_NE(problem_of(match + "'route':{'clusterHeader':'x'}}"), "none");
  EXPECT_NE(problem_of(match + "'route':{'weightedClusters':{'clusters':[{'name':'a','weight':0}]}}}"), "none");
  EXPECT_NE(
      problem_of(match +
                 "'route':{'cluster':'c'},'requestHeadersToAdd':[{'header':{'key':'content-length','value':'1'}}]}"),
      "none");
  EXPECT_NE(
      problem_of(match + R"('route':{'cluster':'c'},'requestHeadersToAdd':[{'header':{'key':'x','value':'a\r\nb'}}]})"),
      "none");
  EXPECT_NE(problem_of("{'match':{'prefix':'/','dynamicMetadata':[{'filter':'f'}]},'route':{'cluster':'c'}}"), "none");
}

TEST(CompileRouteTable, refuses_a_domain_in_two_virtual_hosts) {
  Ids ids;
  const auto table =
      compile("{'name':'80','virtualHosts':[{'name':'a','domains':['x']},{'name':'b','domains':['X']}]}", ids);
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().detail, "route configuration '80': virtual host 'b': domain 'X' appears twice");
}

TEST(CompileRouteTable, takes_an_empty_table) {
  Ids ids;
  EXPECT_TRUE(compile("{'name':'80'}", ids));
}

TEST(CompileRouteTable, refuses_bytes_that_are_no_table) {
  Ids ids;
  EXPECT_EQ(compile_route_table("\xff\xff", ids).error().reason, Reason::malformed);
}

TEST(CompileRouteTable, takes_conditions_on_claims) {
  const auto table = with_routes(
      "{'name':'r','match':{'prefix':'/','dynamicMetadata':[{'filter':'envoy.filters.http.jwt_authn','path':["
      "{'key':'payload'},{'key':'a'},{'key':'b'}],'value':{'stringMatch':{'exact':'x'}},'invert':true}]},"
      "'route':{'cluster':'c'}}");
  ASSERT_TRUE(table) << table.error().detail;
  EXPECT_TRUE((*table)->asks_claims);
  const auto& claims = first_route(*table).match.claims;
  ASSERT_EQ(claims.size(), 1u);
  EXPECT_EQ(claims[0].path, (ClaimPath{"a", "b"}));
  EXPECT_TRUE(claims[0].inverted);
  EXPECT_TRUE((*table)->decide(TestRequest("/").head()));  // no token: nothing that must not be there is
  EXPECT_FALSE(with_routes("{'match':{'prefix':'/'},'route':{'cluster':'c'}}").value()->asks_claims);
}

}  // namespace
}  // namespace weft::decide
