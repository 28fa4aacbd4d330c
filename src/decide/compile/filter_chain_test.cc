// Which connections a filter chain is for, of the wire: that each criterion arrives as it is meant, and what is refused
// because it would be taken for something else.
#include "decide/compile/filter_chain.h"

#include <envoy/extensions/filters/http/router/v3/router.pb.h>
#include <envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h>
#include <envoy/extensions/filters/network/rbac/v3/rbac.pb.h>
#include <envoy/extensions/filters/network/sni_cluster/v3/sni_cluster.pb.h>
#include <envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy.pb.h>
#include <gtest/gtest.h>

#include "decide/authorization/authorization.h"
#include "decide/compile/json_for_test.h"

namespace weft::decide {
namespace {

namespace wire_listener = envoy::config::listener::v3;

std::string filter(const std::string& type, const std::string& more = "") {
  return "{'name':'f','typedConfig':{'@type':'type.googleapis.com/envoy.extensions.filters." + type + "'" + more + "}}";
}
const std::string kTcp = filter("network.tcp_proxy.v3.TcpProxy", ",'cluster':'c'");
const std::string kRbac = filter("network.rbac.v3.RBAC", ",'rules':{}");
const std::string kSni = filter("network.sni_cluster.v3.SniCluster");
const std::string kHttp =
    filter("network.http_connection_manager.v3.HttpConnectionManager",
           ",'rds':{'routeConfigName':'r'},'httpFilters':[" + filter("http.router.v3.Router") + "]");

Result<FilterChain> compile(const std::string& match, const std::string& filters = kTcp) {
  // The JSON names these types; nothing else would link them in.
  google::protobuf::LinkMessageReflection<envoy::extensions::filters::network::tcp_proxy::v3::TcpProxy>();
  google::protobuf::LinkMessageReflection<envoy::extensions::filters::network::rbac::v3::RBAC>();
  google::protobuf::LinkMessageReflection<envoy::extensions::filters::network::sni_cluster::v3::SniCluster>();
  google::protobuf::LinkMessageReflection<envoy::extensions::filters::http::router::v3::Router>();
  google::protobuf::LinkMessageReflection<
      envoy::extensions::filters::network::http_connection_manager::v3::HttpConnectionManager>();
  wire_listener::FilterChain wire;
  EXPECT_TRUE(wire.ParseFromString(bytes_of<wire_listener::FilterChain>("{'name':'n','filterChainMatch':{" + match +
                                                                        "},'filters':[" + filters + "]}")));
  Ids ids;
  return compile_filter_chain(wire, ids);
}
// Without the name of the chain, which is in front of every one.
std::string problem(const Result<FilterChain>& compiled) {
  constexpr std::string_view kWhere = "filter chain 'n': ";
  if (compiled) return "none";
  EXPECT_TRUE(compiled.error().detail.starts_with(kWhere)) << compiled.error().detail;
  return compiled.error().detail.substr(kWhere.size());
}

TEST(CompileFilterChain, TakesEveryCriterion) {
  const auto compiled = compile(
      "'destinationPort':65535,'prefixRanges':[{'addressPrefix':'10.0.0.0','prefixLen':8}],"
      "'serverNames':['A.Test','*.B.test'],'transportProtocol':'tls','applicationProtocols':['h2'],"
      "'directSourcePrefixRanges':[{'addressPrefix':'10.1.0.0','prefixLen':16}],'sourceType':'EXTERNAL',"
      "'sourcePrefixRanges':[{'addressPrefix':'10.2.0.0','prefixLen':16}],'sourcePorts':[1,65535]");
  ASSERT_TRUE(compiled) << compiled.error().detail;
  const ChainMatch expected{.destination_port = 65535,
                            .destinations = {*IpRange::parse("10.0.0.0/8")},
                            .server_names = {"a.test", "*.b.test"},
                            .transport_protocol = "tls",
                            .application_protocols = {"h2"},
                            .direct_sources = {*IpRange::parse("10.1.0.0/16")},
                            .source_type = SourceType::external,
                            .sources = {*IpRange::parse("10.2.0.0/16")},
                            .source_ports = {1, 65535}};
  EXPECT_EQ(compiled->match, expected);
  EXPECT_EQ(compile("")->match, ChainMatch());
  EXPECT_EQ(compile("'sourceType':'SAME_IP_OR_LOOPBACK'")->match.source_type, SourceType::same_machine);
}

// 65616 is 80 modulo 65536.
TEST(CompileFilterChain, RefusesCriteriaThatWouldMeanSomethingElse) {
  for (const auto& [match, words] : std::initializer_list<std::pair<const char*, const char*>>{
           {"'destinationPort':65616", "port 65616 is over 65535"},
           {"'sourcePorts':[1,65616]", "port 65616 is over 65535"},
           {"'prefixRanges':[{'addressPrefix':'10.0.0.0','prefixLen':33}]", "'10.0.0.0/33' is not an address range"},
           {"'sourcePrefixRanges':[{}]", "'/0' is not an address range"},
           {"'directSourcePrefixRanges':[{'addressPrefix':'x'}]", "'x/0' is not an address range"},
           {"'serverNames':['a.*']", "server name 'a.*'"},
           {"'serverNames':['*.*.test']", "server name '*.*.test'"},
           {"'serverNames':['*a.test']", "server name '*a.test'"},
           {"'serverNames':['*']", "server name '*'"},
           {"'addressSuffix':'::1'", "address_suffix is not supported"},
       })
    EXPECT_EQ(problem(compile(match)), words) << match;
}

TEST(CompileFilterChain, HasOneFilterThatActsAndGuardsBeforeIt) {
  const std::string nothing = "there is neither an HTTP connection manager nor a TCP proxy";
  for (const auto& [filters, words] : std::initializer_list<std::pair<std::string, std::string>>{
           {kTcp, "none"},
           {kHttp, "none"},
           {kRbac + "," + kSni + "," + kTcp, "none"},
           {"", nothing},
           {kRbac, nothing},
           {kSni + "," + kHttp, "sni_cluster goes with a TCP proxy"},
           {kRbac + "," + kHttp, "authorization of connections before an HTTP connection manager"},
           {"{'name':'f'}", "filter 'f' without configuration"},
           {filter("http.router.v3.Router"), "filter 'f' is not a network filter"},
       })
    EXPECT_EQ(problem(compile("", filters)), words) << filters;
  const auto guarded = compile("", kRbac + "," + kRbac + "," + kTcp);
  EXPECT_EQ(std::get<TcpChain>(guarded->action).authorization->filters.size(), 2u);
  EXPECT_EQ(std::get<TcpChain>(compile("")->action).authorization, nullptr);
}

// For which of some ports a listener filter acts that is disabled by this condition, or why it is refused.
std::string enabled(const std::string& disabled) {
  wire_listener::ListenerFilter wire;
  EXPECT_TRUE(wire.ParseFromString(bytes_of<wire_listener::ListenerFilter>("{'name':'f'" + disabled + "}")));
  const auto condition = compile_enabled_ports(wire);
  if (!condition) return condition.error().detail;
  std::string all;
  for (const uint16_t port : {0, 79, 80, 81, 65535}) all += condition->holds(port) ? std::to_string(port) + " " : "";
  return all;
}

TEST(CompileFilterChain, AListenerFilterActsWhereItIsNotDisabled) {
  const auto by = [](const std::string& rule) { return enabled(",'filterDisabled':{" + rule + "}"); };
  const std::string is80 = "'destinationPortRange':{'start':80,'end':81}";
  const std::string is81 = "'destinationPortRange':{'start':81,'end':82}";
  EXPECT_EQ(enabled(""), "0 79 80 81 65535 ");
  EXPECT_EQ(by("'anyMatch':true"), "");
  EXPECT_EQ(by(is80), "0 79 81 65535 ");
  EXPECT_EQ(by("'notMatch':{" + is80 + "}"), "80 ");
  EXPECT_EQ(by("'orMatch':{'rules':[{" + is80 + "},{" + is81 + "}]}"), "0 79 65535 ");
  EXPECT_EQ(by("'andMatch':{'rules':[{" + is80 + "},{" + is81 + "}]}"), "0 79 80 81 65535 ");
  EXPECT_EQ(by("'destinationPortRange':{'start':0,'end':65536}"), "");
  for (const char* range : {"'start':-1,'end':80", "'start':80,'end':80", "'start':81,'end':-1", ""})
    EXPECT_EQ(by("'destinationPortRange':{" + std::string(range) + "}"), "a range of ports") << range;
  EXPECT_EQ(by(""), "a listener filter condition of a kind that is not known");
  EXPECT_EQ(by("'notMatch':{}"), "a listener filter condition of a kind that is not known");
}

}  // namespace
}  // namespace weft::decide
