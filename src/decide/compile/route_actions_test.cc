// What routes do, of the wire: that each field arrives, and in which words those are refused that cannot be obeyed.
#include "decide/compile/route_actions.h"

#include <gtest/gtest.h>

#include "decide/compile/json_for_test.h"

namespace weft::decide {
namespace {

namespace route = envoy::config::route::v3;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

template <class Message>
Message from_json(const std::string& json) {
  Message message;
  EXPECT_TRUE(message.ParseFromString(bytes_of<Message>("{" + json + "}")));
  return message;
}

Result<Forward> to_c(const std::string& more, Ids& ids) {
  return compile_forward(from_json<route::RouteAction>("'cluster':'c'" + (more.empty() ? "" : "," + more)), nullptr,
                         ids);
}
Forward forward(const std::string& more) {
  Ids ids;
  auto compiled = to_c(more, ids);
  EXPECT_TRUE(compiled) << compiled.error().detail;
  return compiled ? *std::move(compiled) : Forward();
}
std::string why_not(const std::string& more) {
  Ids ids;
  const auto compiled = to_c(more, ids);
  return compiled ? "taken" : compiled.error().detail;
}

using Refusals = std::initializer_list<std::pair<const char*, const char*>>;

TEST(CompileForward, RefusesWhatItWouldHaveToIgnore) {
  for (const auto& [json, words] : Refusals{
           {"'rateLimits':[{}]", "rate_limits is not supported"},
           {"'internalRedirectPolicy':{}", "internal_redirect_policy is not supported"},
           {"'pathRewritePolicy':{}", "path_rewrite_policy is not supported"},
           {"'hedgePolicy':{}", "hedge_policy is not supported"},
           {"'metadataMatch':{}", "metadata_match is not supported"},
           {"'maxStreamDuration':{'maxStreamDuration':'1s'}", "max_stream_duration is not supported"},
           {"'requestMirrorPolicies':[{}]", "a request_mirror_policy without a cluster"},
           {"'upgradeConfigs':[{'upgradeType':'websocket','connectConfig':{}}]",
            "connect_config of an upgrade that is not CONNECT"},
           {"'upgradeConfigs':[{'upgradeType':'CONNECT','connectConfig':{'allowPost':true}}]",
            "connect_config.allow_post"},
           {"'upgradeConfigs':[{'upgradeType':'CONNECT','connectConfig':{'proxyProtocolConfig':{}}}]",
            "PROXY protocol in a CONNECT"},
           {R"('regexRewrite':{'pattern':{'regex':'/a'},'substitution':'\\1'})",
            "substitution '\\1' names a group that its pattern does not have"},
           {R"('hostRewritePathRegex':{'pattern':{'regex':'('},'substitution':''})",
            "regular expression '(': missing ): ("},
           {"'hashPolicy':[{}]", "a hash_policy of something other than header, cookie, query parameter or address"},
           {"'hashPolicy':[{'connectionProperties':{}}]",
            "a hash_policy of something other than header, cookie, query parameter or address"},
           {"'hashPolicy':[{'header':{}}]", "a hash_policy without a name"},
           {"'hashPolicy':[{'cookie':{'ttl':'1s'}}]", "a hash_policy without a name"},
           {"'hashPolicy':[{'queryParameter':{}}]", "a hash_policy without a name"},
           {"'hashPolicy':[{'header':{'headerName':'a','regexRewrite':{}}}]", "regex_rewrite of a hash_policy"},
           {R"('hashPolicy':[{'cookie':{'name':'a\r\n','ttl':'1s'}}])",
            "a hash_policy's cookie with characters that no cookie may have"},
           {"'hashPolicy':[{'cookie':{'name':'a','ttl':'1s','attributes':[{'name':'x','value':'y;z'}]}}]",
            "a hash_policy's cookie with characters that no cookie may have"},
       })
    EXPECT_EQ(why_not(json), words) << json;
  Ids ids;
  for (const char* json : {"", "'clusterHeader':'x'", "'cluster':''"})
    EXPECT_EQ(compile_forward(from_json<route::RouteAction>(json), nullptr, ids).error().detail,
              "a destination other than cluster or weighted_clusters");
}

TEST(CompileForward, TakesTimesAsTheyAreMeant) {
  EXPECT_EQ(forward("").timeout, seconds(15));
  EXPECT_EQ(forward("'timeout':'0s'").timeout, Duration::zero());
  EXPECT_EQ(forward("'timeout':'-1s'").timeout, Duration::zero());
  EXPECT_EQ(forward("'timeout':'0.000000001s'").timeout, std::chrono::nanoseconds(1));
  EXPECT_EQ(forward("").idle_timeout, std::nullopt);
  EXPECT_EQ(forward("'idleTimeout':'0s'").idle_timeout, Duration::zero());
  EXPECT_EQ(forward("").grpc_timeout_max, std::nullopt);
  EXPECT_EQ(forward("'maxGrpcTimeout':'0s'").grpc_timeout_max, Duration::zero());
  EXPECT_EQ(forward("'maxGrpcTimeout':'1s','maxStreamDuration':{'grpcTimeoutHeaderMax':'2s'}").grpc_timeout_max,
            seconds(2));
  EXPECT_EQ(why_not("'maxStreamDuration':{'maxStreamDuration':'0s'}"), "taken");
}

TEST(CompileForward, AnswersForAClusterThatThereIsNotAsItIsTold) {
  EXPECT_EQ(forward("").unknown_cluster_status, 503);
  EXPECT_EQ(forward("'clusterNotFoundResponseCode':'NOT_FOUND'").unknown_cluster_status, 404);
  EXPECT_EQ(forward("'clusterNotFoundResponseCode':'INTERNAL_SERVER_ERROR'").unknown_cluster_status, 500);
  EXPECT_EQ(forward("'clusterNotFoundResponseCode':77").unknown_cluster_status, 503);
}

TEST(CompileForward, RewritesHostAndPath) {
  using Path = PathRewrite::Kind;
  using Host = HostRewrite::Kind;
  EXPECT_EQ(forward("'prefixRewrite':'/n'").path_rewrite.kind, Path::replace_matched);
  EXPECT_EQ(forward("'prefixRewrite':''").path_rewrite.kind, Path::none);
  const auto by_regex = forward(R"('regexRewrite':{'pattern':{'regex':'/(a)'},'substitution':'/\\1\\1'})");
  EXPECT_EQ(by_regex.path_rewrite.regex->replace_all("/a", by_regex.path_rewrite.text), "/aa");
  EXPECT_EQ(forward("'hostRewriteLiteral':'h'").host_rewrite.text, "h");
  EXPECT_EQ(forward("'hostRewriteHeader':'X-H'").host_rewrite.text, "x-h");
  EXPECT_EQ(forward("'hostRewriteHeader':'X-H'").host_rewrite.kind, Host::from_header);
  EXPECT_EQ(forward("'hostRewritePathRegex':{'pattern':{'regex':'/.*'},'substitution':'h'}").host_rewrite.kind,
            Host::from_path_regex);
  EXPECT_EQ(forward("'autoHostRewrite':true").host_rewrite.kind, Host::none);
}

std::string weights(const std::string& clusters) {
  Ids ids;
  const auto compiled = compile_forward(
      from_json<route::RouteAction>("'weightedClusters':{'clusters':[" + clusters + "]}"), nullptr, ids);
  if (!compiled) return compiled.error().detail;
  std::string all;
  for (const auto& one : compiled->clusters)
    all += ids.clusters.name_of(one.cluster) + " to " + std::to_string(one.weight_up_to) + ";";
  return all;
}

TEST(CompileForward, SharesRequestsByWeightsWhoseSumFitsTheirType) {
  const std::string wrong_sum = "the sum of the weights must be 1 to 4294967295";
  EXPECT_EQ(weights("{'name':'a','weight':1},{'name':'b','weight':0},{'name':'a','weight':2}"),
            "a to 1;b to 1;a to 3;");
  EXPECT_EQ(weights("{'name':'a','weight':4294967295}"), "a to 4294967295;");
  EXPECT_EQ(weights("{'name':'a','weight':4294967295},{'name':'b','weight':1}"), wrong_sum);
  EXPECT_EQ(weights("{'name':'a'}"), wrong_sum);
  EXPECT_EQ(weights(""), "weighted_clusters names no cluster");
  EXPECT_EQ(weights("{'weight':1}"), "a weighted cluster without a name");
  EXPECT_EQ(weights("{'name':'a','weight':1,'typedPerFilterConfig':{'f':{}}}"),
            "filter settings of weighted cluster 'a'");
  EXPECT_EQ(weights("{'name':'a','weight':1,'requestHeadersToRemove':['te']}"),
            "header 'te' frames the message and cannot be edited");
}

Result<RetryPolicy> retries(const std::string& json) {
  Ids ids;
  auto compiled = to_c("'retryPolicy':{" + json + "}", ids);
  if (!compiled) return std::unexpected(std::move(compiled.error()));
  return std::move(compiled->retry);
}

TEST(CompileRetries, TakesEveryFieldWithinWhatItCanMean) {
  EXPECT_EQ(retries("")->retries_max, 1u);
  EXPECT_EQ(retries("'numRetries':0")->retries_max, 0u);
  EXPECT_EQ(retries("'perTryTimeout':'2s'")->per_try_timeout, seconds(2));
  EXPECT_EQ(retries("'retryOn':' 5xx ,no-such-word,,reset'")->conditions,
            static_cast<uint32_t>(RetryOn::server_error) | static_cast<uint32_t>(RetryOn::reset));
  EXPECT_EQ(retries("")->selection_attempts_max, 1u);
  EXPECT_EQ(retries("'hostSelectionRetryMaxAttempts':'-5'")->selection_attempts_max, 1u);
  EXPECT_EQ(retries("'hostSelectionRetryMaxAttempts':'9223372036854775807'")->selection_attempts_max, 100u);
}

// 66039 is 503 modulo 65536.
TEST(CompileRetries, AStatusThatThereIsNotIsNoOther) {
  EXPECT_EQ(retries("'retriableStatusCodes':[503,66039,4294967295,409]")->status_codes,
            (std::vector<uint16_t>{503, 409}));
}

TEST(CompileRetries, WaitsAreLongEnoughToBeOneAndShortEnoughToBeReckonedWith) {
  struct Case {
    const char* json;
    Duration base;
    Duration max;
  };
  for (const auto& [json, base, max] : std::initializer_list<Case>{
           {"", milliseconds(25), milliseconds(250)},
           {"'retryBackOff':{'baseInterval':'1s'}", seconds(1), seconds(10)},
           {"'retryBackOff':{'baseInterval':'1s','maxInterval':'1s'}", seconds(1), seconds(1)},
           {"'retryBackOff':{'baseInterval':'0.000000001s'}", milliseconds(1), milliseconds(10)},
           {"'retryBackOff':{'baseInterval':'315576000000s'}", hours(1), hours(10)},
       }) {
    const auto read = retries(json);
    ASSERT_TRUE(read) << json << read.error().detail;
    EXPECT_EQ(read->backoff_base, base) << json;
    EXPECT_EQ(read->backoff_max, max) << json;
  }
}

TEST(CompileRetries, RefusesWhatItDoesNotKnow) {
  const std::string frequency = "previous_priorities wants an update_frequency of 1 to 127";
  const auto refusal = [](const std::string& json) {
    const auto read = retries(json);
    return read ? "taken" : read.error().detail;
  };
  EXPECT_EQ(refusal("'retryBackOff':{'baseInterval':'2s','maxInterval':'1s'}"),
            "a retry_back_off whose max_interval is below its base_interval");
  EXPECT_EQ(refusal("'retryHostPredicate':[{'name':'envoy.retry_host_predicates.omit_canary_hosts'}]"),
            "retry host predicate 'envoy.retry_host_predicates.omit_canary_hosts'");
  EXPECT_EQ(refusal("'retryPriority':{'name':'other'}"), "retry priority 'other'");
  EXPECT_EQ(refusal("'retryPriority':{'name':'envoy.retry_priorities.previous_priorities'}"), frequency);
  EXPECT_EQ(refusal("'retriableHeaders':[{}]"), "a header condition without a name");
  EXPECT_EQ(refusal("'retriableRequestHeaders':[{'name':''}]"), "a header condition without a name");
  for (const auto& [config, expected] : std::initializer_list<std::pair<std::string, uint32_t>>{
           {"\x08\x01", 1}, {"\x08\x7f", 127}, {std::string("\x08\x00", 2), 0}, {"\x08\x80\x01", 0}, {"\x10\x01", 0}}) {
    auto wire = from_json<route::RouteAction>(
        "'cluster':'c','retryPolicy':{'retryPriority':{'name':'envoy.retry_priorities.previous_priorities'}}");
    wire.mutable_retry_policy()->mutable_retry_priority()->mutable_typed_config()->set_value(config);
    Ids ids;
    const auto compiled = compile_forward(wire, nullptr, ids);
    ASSERT_EQ(compiled.has_value(), expected > 0);
    if (compiled) EXPECT_EQ(compiled->retry.leaves_priorities_after, expected);
  }
}

TEST(CompileRetries, ARouteWithItsOwnPolicyTakesNothingFromItsHost) {
  Ids ids;
  const auto host = from_json<route::RetryPolicy>("'retryOn':'5xx','numRetries':7");
  const auto retry_of = [&](const char* json) {
    return compile_forward(from_json<route::RouteAction>(json), &host, ids)->retry;
  };
  EXPECT_EQ(retry_of("'cluster':'c'").retries_max, 7u);
  EXPECT_EQ(retry_of("'cluster':'c','retryPolicy':{}").retries_max, 1u);
  EXPECT_EQ(retry_of("'cluster':'c','retryPolicy':{}").conditions, 0u);
}

TEST(CompileForward, ACookieWithoutALifetimeIsNeverIssued) {
  const auto cookie = [](const char* more) {
    return std::get<HashCookie>(
        forward("'hashPolicy':[{'cookie':{'name':'a'" + std::string(more) + "}}]").hash_policies[0].source);
  };
  EXPECT_EQ(cookie("").lifetime, std::nullopt);
  EXPECT_EQ(cookie(",'ttl':'0s'").attributes, "; HttpOnly");  // for the client's session
  EXPECT_EQ(cookie(",'ttl':'-1s'").attributes, "; HttpOnly");
  EXPECT_EQ(cookie(",'ttl':'0.9s'").attributes, "; HttpOnly");
  EXPECT_EQ(
      cookie(",'ttl':'60s','path':'/','attributes':[{'name':'SameSite','value':'Lax'},{'name':'Secure'}]").attributes,
      "; Max-Age=60; Path=/; SameSite=Lax; Secure; HttpOnly");
}

TEST(CompileRedirect, TakesEveryFieldAndRefusesCodesAndPortsThatThereAreNot) {
  const auto redirect = [](const char* json) { return compile_redirect(from_json<route::RedirectAction>(json)); };
  const std::pair<const char*, uint16_t> statuses[] = {{"MOVED_PERMANENTLY", 301},
                                                       {"FOUND", 302},
                                                       {"SEE_OTHER", 303},
                                                       {"TEMPORARY_REDIRECT", 307},
                                                       {"PERMANENT_REDIRECT", 308}};
  for (const auto& [name, status] : statuses)
    EXPECT_EQ(redirect(("'responseCode':'" + std::string(name) + "'").c_str())->status, status);
  EXPECT_EQ(redirect("'httpsRedirect':true")->scheme, "https");
  EXPECT_EQ(redirect("'schemeRedirect':'ftp'")->scheme, "ftp");
  EXPECT_EQ(redirect("'hostRedirect':'h'")->host, "h");
  EXPECT_EQ(redirect("'portRedirect':0")->port, std::nullopt);
  EXPECT_EQ(redirect("'portRedirect':65535")->port, 65535);
  EXPECT_EQ(redirect("'pathRedirect':'/p'")->path.kind, PathRewrite::Kind::replace_all);
  EXPECT_EQ(redirect("'prefixRewrite':'/p'")->path.kind, PathRewrite::Kind::replace_matched);
  EXPECT_TRUE(redirect("'stripQuery':true")->drop_query);
  EXPECT_EQ(redirect("'portRedirect':65536").error().detail, "redirect port over 65535");
  EXPECT_EQ(redirect("'responseCode':5").error().detail, "redirect code 5");
  EXPECT_EQ(redirect("'responseCode':-1").error().detail, "redirect code -1");
}

TEST(CompileDirectResponse, HasAStatusThatEndsARequestAndAnInlineBody) {
  const auto response = [](const std::string& json) {
    return compile_direct_response(from_json<route::DirectResponseAction>(json));
  };
  for (const char* status : {"0", "100", "199", "600", "65736"})  // the last is 200 modulo 65536
    EXPECT_EQ(response("'status':" + std::string(status)).error().detail,
              "direct response status " + std::string(status));
  EXPECT_EQ(response("'status':200")->body, "");
  EXPECT_EQ(response("'status':599,'body':{'inlineBytes':'AP8='}")->body, std::string("\0\xff", 2));
  EXPECT_EQ(response("'status':200,'body':{'filename':'/x'}").error().detail,
            "a direct response body that is not inline");
}

}  // namespace
}  // namespace weft::decide
