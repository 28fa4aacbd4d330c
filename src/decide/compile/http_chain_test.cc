// An HTTP connection manager of the wire: that each field arrives, and in which words those are refused that cannot be
// obeyed.
#include "decide/compile/http_chain.h"

#include <envoy/extensions/filters/http/cors/v3/cors.pb.h>
#include <envoy/extensions/filters/http/rbac/v3/rbac.pb.h>
#include <envoy/extensions/filters/http/router/v3/router.pb.h>
#include <envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h>
#include <envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy.pb.h>
#include <gtest/gtest.h>

#include "decide/authorization/authorization.h"
#include "decide/compile/json_for_test.h"

namespace weft::decide {
namespace {

using envoy::extensions::filters::network::http_connection_manager::v3::HttpConnectionManager;
using envoy::extensions::filters::network::tcp_proxy::v3::TcpProxy;
using std::chrono::seconds;

#define FILTERS "'@type':'type.googleapis.com/envoy.extensions.filters."
const std::string kRouter = "{'name':'router','typedConfig':{" FILTERS "http.router.v3.Router'}}";
const std::string kRoutes = "'rds':{'routeConfigName':'r'}";

template <class Message>
google::protobuf::Any packed(const std::string& json) {
  // The JSON names these types; nothing else would link them in.
  google::protobuf::LinkMessageReflection<envoy::extensions::filters::http::router::v3::Router>();
  google::protobuf::LinkMessageReflection<envoy::extensions::filters::http::rbac::v3::RBAC>();
  google::protobuf::LinkMessageReflection<envoy::extensions::filters::http::cors::v3::Cors>();
  Message message;
  EXPECT_TRUE(message.ParseFromString(bytes_of<Message>("{" + json + "}")));
  google::protobuf::Any any;
  any.PackFrom(message);
  return any;
}

Result<HttpChain> with_filters(const std::string& filters, const std::string& more = kRoutes) {
  Ids ids;
  return compile_http_chain(packed<HttpConnectionManager>("'httpFilters':[" + filters + "]," + more), ids);
}
HttpChain chain(const std::string& more) {
  auto compiled = with_filters(kRouter, kRoutes + (more.empty() ? "" : ",") + more);
  EXPECT_TRUE(compiled) << more << ": " << compiled.error().detail;
  return compiled ? *std::move(compiled) : HttpChain();
}
template <class Chain>
std::string problem(const Result<Chain>& compiled) {
  return compiled ? "none" : compiled.error().detail;
}

TEST(CompileHttpChain, HasTheDefaultsOfEnvoy) {
  const HttpChain read = chain("");
  EXPECT_EQ(read.stream_idle_timeout, std::chrono::minutes(5));
  EXPECT_EQ(read.idle_timeout, std::chrono::hours(1));
  EXPECT_EQ(read.request_timeout, Duration::zero());
  EXPECT_EQ(read.head_timeout, Duration::zero());
  EXPECT_EQ(read.fields_max, 100u);
  EXPECT_EQ(read.head_kib_max, 60u);
  EXPECT_EQ(read.requests_per_connection_max, 0u);
  EXPECT_TRUE(read.generates_request_id);
  EXPECT_FALSE(read.trusts_peer_address);
  EXPECT_TRUE(read.accepts_http1 && read.accepts_http2);
  EXPECT_FALSE(read.accepts_extended_connect);
  EXPECT_FALSE(read.path_policy.normalizes);
  EXPECT_EQ(read.path_policy.escaped_slashes, EscapedSlashes::keep);
  EXPECT_EQ(read.client_cert_forwarding, ClientCertForwarding::sanitize);
}

TEST(CompileHttpChain, TakesTimesAndLimits) {
  EXPECT_EQ(chain("'streamIdleTimeout':'0s'").stream_idle_timeout, Duration::zero());
  EXPECT_EQ(chain("'requestTimeout':'-3s'").request_timeout, Duration::zero());
  EXPECT_EQ(chain("'requestHeadersTimeout':'7s'").head_timeout, seconds(7));
  const HttpChain read = chain(
      "'commonHttpProtocolOptions':{'idleTimeout':'0s','maxConnectionDuration':'9s',"
      "'maxRequestsPerConnection':3,'maxHeadersCount':1,"
      "'headersWithUnderscoresAction':'DROP_HEADER'}");
  EXPECT_EQ(read.idle_timeout, Duration::zero());
  EXPECT_EQ(read.connection_age_max, seconds(9));
  EXPECT_EQ(read.requests_per_connection_max, 3u);
  EXPECT_EQ(read.fields_max, 1u);
  EXPECT_TRUE(read.refuses_underscores);
  EXPECT_EQ(chain("'maxRequestHeadersKb':8192").head_kib_max, 8192u);
  EXPECT_EQ(chain("'http2ProtocolOptions':{'maxConcurrentStreams':1}").streams_max, 1u);
}

TEST(CompileHttpChain, TakesWhomItBelievesAndWhatItTells) {
  const HttpChain read = chain(
      "'useRemoteAddress':true,'xffNumTrustedHops':4294967295,'generateRequestId':false,"
      "'preserveExternalRequestId':true,'alwaysSetRequestIdInResponse':true,"
      "'internalAddressConfig':{'cidrRanges':[{'addressPrefix':'10.0.0.0','prefixLen':8}]}");
  EXPECT_TRUE(read.trusts_peer_address);
  EXPECT_EQ(read.trusted_proxies, UINT32_MAX);
  EXPECT_FALSE(read.generates_request_id);
  EXPECT_TRUE(read.keeps_request_id);
  EXPECT_TRUE(read.returns_request_id);
  EXPECT_EQ(read.internal_ranges, std::vector<IpRange>{*IpRange::parse("10.0.0.0/8")});
  const std::string expects =
      "{'name':'router','typedConfig':{" FILTERS "http.router.v3.Router','respectExpectedRqTimeout':true}}";
  EXPECT_TRUE(with_filters(expects)->respects_expected_timeout);
  EXPECT_FALSE(read.respects_expected_timeout);
}

TEST(CompileHttpChain, KnowsEveryChoiceByNameAndTakesTheDefaultForOnesToCome) {
  using Cert = ClientCertForwarding;
  const auto choice = [](const std::string& field, const std::string& value) {
    return chain("'" + field + "':" + value);
  };
  const std::pair<const char*, Cert> certs[] = {{"'SANITIZE'", Cert::sanitize},
                                                {"'FORWARD_ONLY'", Cert::forward_only},
                                                {"'APPEND_FORWARD'", Cert::append_forward},
                                                {"'SANITIZE_SET'", Cert::sanitize_set},
                                                {"'ALWAYS_FORWARD_ONLY'", Cert::always_forward_only},
                                                {"77", Cert::sanitize}};
  for (const auto& [name, expected] : certs)
    EXPECT_EQ(choice("forwardClientCertDetails", name).client_cert_forwarding, expected) << name;
  const std::pair<const char*, ServerHeader> servers[] = {{"'OVERWRITE'", ServerHeader::overwrite},
                                                          {"'APPEND_IF_ABSENT'", ServerHeader::set_if_absent},
                                                          {"'PASS_THROUGH'", ServerHeader::pass_through},
                                                          {"77", ServerHeader::overwrite}};
  for (const auto& [name, expected] : servers)
    EXPECT_EQ(choice("serverHeaderTransformation", name).server_header, expected) << name;
  const std::pair<const char*, EscapedSlashes> slashes[] = {{"'KEEP_UNCHANGED'", EscapedSlashes::keep},
                                                            {"'REJECT_REQUEST'", EscapedSlashes::reject},
                                                            {"'UNESCAPE_AND_REDIRECT'", EscapedSlashes::redirect},
                                                            {"'UNESCAPE_AND_FORWARD'", EscapedSlashes::decode}};
  for (const auto& [name, expected] : slashes)
    EXPECT_EQ(choice("pathWithEscapedSlashesAction", name).path_policy.escaped_slashes, expected) << name;
  EXPECT_FALSE(choice("codecType", "'HTTP1'").accepts_http2);
  EXPECT_FALSE(choice("codecType", "'HTTP2'").accepts_http1);
}

TEST(CompileHttpChain, TakesUpgradesThatAreNotTurnedOff) {
  const HttpChain read = chain(
      "'upgradeConfigs':[{'upgradeType':'WebSocket'},{'upgradeType':'a','enabled':false},"
      "{'upgradeType':'b','enabled':true}]");
  EXPECT_EQ(read.upgrades, (std::vector<std::string>{"websocket", "b"}));
  EXPECT_TRUE(read.accepts_extended_connect);
  EXPECT_FALSE(chain("'upgradeConfigs':[{'upgradeType':'a','enabled':false}]").accepts_extended_connect);
  EXPECT_TRUE(chain("'http2ProtocolOptions':{'allowConnect':true}").accepts_extended_connect);
}

TEST(CompileHttpChain, RefusesWhatItWouldHaveToIgnore) {
  for (const auto& [more, words] : std::initializer_list<std::pair<std::string, const char*>>{
           {",'codecType':'HTTP3'", "codec_type HTTP3 is not supported"},
           {",'localReplyConfig':{}", "local_reply_config is not supported"},
           {",'originalIpDetectionExtensions':[{}]", "original_ip_detection_extensions is not supported"},
           {",'earlyHeaderMutationExtensions':[{}]", "early_header_mutation_extensions is not supported"},
           {",'pathNormalizationOptions':{}", "path_normalization_options is not supported"},
           {",'upgradeConfigs':[{'filters':[{}]}]", "filters of an upgrade"},
           {",'maxRequestHeadersKb':0", "max_request_headers_kb must be 1 to 8192"},
           {",'maxRequestHeadersKb':8193", "max_request_headers_kb must be 1 to 8192"},
           {",'commonHttpProtocolOptions':{'maxHeadersCount':0}", "max_headers_count must be at least 1"},
           {",'http2ProtocolOptions':{'maxConcurrentStreams':0}", "max_concurrent_streams must be at least 1"},
           {",'internalAddressConfig':{'cidrRanges':[{}]}", "'/0' is not an address range"},
       })
    EXPECT_EQ(problem(with_filters(kRouter, kRoutes + more)), words) << more;
  EXPECT_EQ(problem(with_filters(kRouter, "'rds':{}")), "rds without a name");
  EXPECT_EQ(problem(with_filters(kRouter, "'scopedRoutes':{}")), "routes other than rds or route_config");
  EXPECT_EQ(problem(with_filters(kRouter, "'statPrefix':'s'")), "routes other than rds or route_config");
}

std::string filter(const std::string& config, const std::string& more = "") {
  return "{'name':'f','typedConfig':{" FILTERS + config + "}" + more + "}";
}

TEST(CompileHttpChain, EndsInTheRouterAndSkipsNoFilterThatDoesSomething) {
  const std::string deny = filter("http.rbac.v3.RBAC','rules':{'action':'DENY'}");
  const std::string cors = filter("http.cors.v3.Cors'");
  const std::string not_last = "the last HTTP filter must be the router";
  for (const auto& [filters, words] : std::initializer_list<std::pair<std::string, std::string>>{
           {kRouter, "none"},
           {cors + "," + deny + "," + kRouter, "none"},
           {"", not_last},
           {deny, not_last},
           {kRouter + "," + deny, not_last},
           {filter("http.router.v3.Router'", ",'disabled':true"), not_last},
           {"{'name':'f'}," + kRouter, "HTTP filter 'f' has no configuration of its own"},
           {"{'name':'f','isOptional':true}," + kRouter, "HTTP filter 'f' has no configuration of its own"},
           {"{'name':'f','disabled':true}," + kRouter, "none"},
           {filter("network.rbac.v3.RBAC'") + "," + kRouter, "HTTP filter 'f': it is for TCP"},
       })
    EXPECT_EQ(problem(with_filters(filters)), words) << filters;
  EXPECT_EQ(with_filters(kRouter)->authorization, nullptr);
  EXPECT_EQ(with_filters(deny + "," + deny + "," + kRouter)->authorization->filters.size(), 2u);
}

TEST(CompileHttpChain, IsOfItsTypeAndParses) {
  Ids ids;
  auto any = packed<TcpProxy>("");
  EXPECT_EQ(problem(compile_http_chain(any, ids)),
            "the filter's configuration is not a envoy.extensions.filters.network.http_connection_manager.v3."
            "HttpConnectionManager but 'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy'");
  any = packed<HttpConnectionManager>(kRoutes);
  any.set_value("\xff");
  EXPECT_FALSE(compile_http_chain(any, ids));
}

Result<TcpChain> tcp(const std::string& json, Ids& ids) {
  return compile_tcp_chain(packed<TcpProxy>(json), ids);
}

TEST(CompileTcpChain, HasDefaultsAndTakesWhatReplacesThem) {
  Ids ids;
  const auto plain = tcp("'cluster':'c'", ids);
  EXPECT_EQ(plain->idle_timeout, std::chrono::hours(1));
  EXPECT_EQ(plain->connection_age_max, Duration::zero());
  EXPECT_EQ(plain->connect_attempts_max, 1u);
  EXPECT_FALSE(plain->hashes_source_address);
  EXPECT_EQ(tcp("'cluster':'c','maxConnectAttempts':0", ids)->connect_attempts_max, 1u);
  EXPECT_EQ(tcp("'cluster':'c','idleTimeout':'-1s'", ids)->idle_timeout, Duration::zero());
  const auto shared =
      tcp("'weightedClusters':{'clusters':[{'name':'a','weight':4294967295},{'name':'b','weight':1}]}", ids);
  EXPECT_EQ(shared->clusters[1].weight_up_to, uint64_t{1} << 32);
}

TEST(CompileTcpChain, RefusesWhatItWouldHaveToIgnore) {
  Ids ids;
  for (const auto& [json, words] : std::initializer_list<std::pair<const char*, const char*>>{
           {"", "a TCP proxy without a cluster"},
           {"'weightedClusters':{}", "a TCP proxy without a cluster"},
           {"'weightedClusters':{'clusters':[{'name':'a'}]}", "a TCP proxy without a cluster"},
           {"'weightedClusters':{'clusters':[{'weight':1}]}", "a weighted cluster without a name"},
           {"'cluster':'c','tunnelingConfig':{}", "tunneling_config is not supported"},
           {"'cluster':'c','metadataMatch':{}", "metadata_match is not supported"},
           {"'cluster':'c','hashPolicy':[{'filterState':{'key':'k'}}]", "a hash_policy other than source_ip"},
           {"'cluster':'c','hashPolicy':[{}]", "a hash_policy other than source_ip"},
       })
    EXPECT_EQ(problem(tcp(json, ids)), words) << json;
}

}  // namespace
}  // namespace weft::decide
