#include <envoy/config/listener/v3/listener.pb.h>
#include <envoy/extensions/filters/http/fault/v3/fault.pb.h>
#include <envoy/extensions/filters/http/router/v3/router.pb.h>
#include <envoy/extensions/filters/listener/http_inspector/v3/http_inspector.pb.h>
#include <envoy/extensions/filters/listener/original_dst/v3/original_dst.pb.h>
#include <envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h>
#include <envoy/extensions/filters/network/sni_cluster/v3/sni_cluster.pb.h>
#include <envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy.pb.h>
#include <udpa/type/v1/typed_struct.pb.h>

#include "decide/compile/compile.h"
#include "decide/compile/json_for_test.h"

namespace weft::decide {
namespace {

#define FILTERS "type.googleapis.com/envoy.extensions.filters."
constexpr const char* kRouter = "{'name':'router','typedConfig':{'@type':'" FILTERS "http.router.v3.Router'}}";
constexpr const char* kTcp = "{'name':'tcp','typedConfig':{'@type':'" FILTERS
                             "network.tcp_proxy.v3.TcpProxy','statPrefix':'p','cluster':'PassthroughCluster'}}";

constexpr const char* kSniCluster =
    "{'name':'sni','typedConfig':{'@type':'" FILTERS "network.sni_cluster.v3.SniCluster'}}";

std::string http_filter(const std::string& http_filters, const std::string& more = "'rds':{'routeConfigName':'3000'}") {
  return "{'name':'hcm','typedConfig':{'@type':'" FILTERS
         "network.http_connection_manager.v3.HttpConnectionManager','statPrefix':'s','httpFilters':[" +
         http_filters + "]," + more + "}}";
}
std::string listener(const std::string& content) {
  return "{'name':'0.0.0.0_3000','address':{'socketAddress':{'address':'0.0.0.0','portValue':3000}}," + content + "}";
}
std::string chain(const std::string& filter, const std::string& match = "{}") {
  return "{'filterChainMatch':" + match + ",'filters':[" + filter + "]}";
}

Result<ListenerPtr> compile(const std::string& json, Ids& ids) {
  // The JSON names these types; nothing else would link them in.
  google::protobuf::LinkMessageReflection<envoy::extensions::filters::http::router::v3::Router>();
  google::protobuf::LinkMessageReflection<envoy::extensions::filters::http::fault::v3::HTTPFault>();
  google::protobuf::LinkMessageReflection<envoy::extensions::filters::network::sni_cluster::v3::SniCluster>();
  google::protobuf::LinkMessageReflection<envoy::extensions::filters::listener::http_inspector::v3::HttpInspector>();
  google::protobuf::LinkMessageReflection<envoy::extensions::filters::listener::original_dst::v3::OriginalDst>();
  return compile_listener(bytes_of<envoy::config::listener::v3::Listener>(json), ids);
}
std::string problem_of(const std::string& json) {
  Ids ids;
  const auto compiled = compile(json, ids);
  return compiled ? "none" : compiled.error().detail;
}

TEST(CompileListener, reads_an_outbound_listener_of_an_http_port) {
  Ids ids;
  const auto compiled = compile(
      listener("'filterChains':[" +
               chain(http_filter(kRouter,
                                 "'rds':{'routeConfigName':'3000'},'streamIdleTimeout':'0s','normalizePath':true,"
                                 "'upgradeConfigs':[{'upgradeType':'websocket'}]"),
                     "{'transportProtocol':'raw_buffer','applicationProtocols':['http/1.1','h2c']}") +
               "],'defaultFilterChain':" + chain(kTcp) +
               ",'listenerFilters':[{'name':'i','typedConfig':{'@type':'" FILTERS
               "listener.http_inspector.v3.HttpInspector'}}],'listenerFiltersTimeout':'0s','"
               "continueOnListenerFiltersTimeout':true,"
               "'trafficDirection':'OUTBOUND','bindToPort':false"),
      ids);
  ASSERT_TRUE(compiled) << compiled.error().detail;
  const Listener& read = **compiled;
  EXPECT_FALSE(read.binds);
  EXPECT_EQ(read.direction, Direction::outbound);
  EXPECT_TRUE(read.http_inspector->holds(3000));
  EXPECT_EQ(read.detection_timeout, Duration::zero());
  EXPECT_TRUE(read.continues_after_timeout);
  ASSERT_EQ(read.route_tables.size(), 1);
  EXPECT_EQ(ids.route_tables.name_of(read.route_tables[0]), "3000");

  const std::vector<std::string> kHttp11 = {"http/1.1"};
  const FilterChain* http = read.chain_for({.transport_protocol = "raw_buffer", .application_protocols = kHttp11});
  ASSERT_NE(http, nullptr);
  const auto& settings = std::get<HttpChain>(http->action);
  EXPECT_TRUE(settings.path_policy.normalizes);
  EXPECT_EQ(settings.stream_idle_timeout, Duration::zero());
  EXPECT_EQ(settings.upgrades, std::vector<std::string>{"websocket"});
  const FilterChain* other = read.chain_for({.transport_protocol = "raw_buffer"});
  ASSERT_NE(other, nullptr);
  EXPECT_EQ(ids.clusters.name_of(std::get<TcpChain>(other->action).pick(0)), "PassthroughCluster");
}

TEST(CompileListener, reads_the_capture_listeners) {
  Ids ids;
  const auto outbound = compile(listener("'useOriginalDst':true,'filterChains':[" +
                                         chain(kTcp, "{'destinationPort':15001}") + "," + chain(kTcp) + "]"),
                                ids);
  ASSERT_TRUE(outbound) << outbound.error().detail;
  EXPECT_TRUE((*outbound)->hands_off);
  EXPECT_TRUE((*outbound)->binds);
  const auto inbound = compile(listener("'listenerFilters':[{'name':'o','typedConfig':{'@type':'" FILTERS
                                        "listener.original_dst.v3.OriginalDst'}}],'filterChains':[" +
                                        chain(kTcp) + "]"),
                               ids);
  ASSERT_TRUE(inbound) << inbound.error().detail;
  EXPECT_TRUE((*inbound)->reads_destination);
}

TEST(CompileListener, reads_chains_that_are_chosen_by_server_name) {
  Ids ids;
  const auto compiled = compile(
      listener("'filterChains':[" + chain(kTcp, "{'transportProtocol':'tls','serverNames':['A.test','*.b.test']}") +
               "," + chain(std::string(kSniCluster) + "," + kTcp, "{'serverNames':['c.test']}") + "]"),
      ids);
  ASSERT_TRUE(compiled) << compiled.error().detail;
  const auto chain_for = [&](const char* name) {
    return (*compiled)->chain_for({.server_name = name, .transport_protocol = "tls"});
  };
  EXPECT_EQ(chain_for("a.test"), &(*compiled)->chains[0]);
  EXPECT_EQ(chain_for("x.b.test"), &(*compiled)->chains[0]);
  ASSERT_EQ(chain_for("c.test"), &(*compiled)->chains[1]);
  EXPECT_TRUE(std::get<TcpChain>((*compiled)->chains[1].action).follows_server_name);
  EXPECT_FALSE(std::get<TcpChain>((*compiled)->chains[0].action).follows_server_name);
  EXPECT_EQ(chain_for("b.test"), nullptr);
  EXPECT_EQ(
      problem_of(listener("'filterChains':[" + chain(std::string(kSniCluster) + "," + http_filter(kRouter)) + "]")),
      "listener '0.0.0.0_3000': filter chain '': sni_cluster goes with a TCP proxy");
}

TEST(CompileListener, reads_the_settings_of_a_tcp_proxy) {
  const std::string proxy =
      "{'name':'tcp','typedConfig':{'@type':'" FILTERS
      "network.tcp_proxy.v3.TcpProxy','statPrefix':'p','cluster':'c','idleTimeout':'0s',"
      "'maxDownstreamConnectionDuration':'30s','maxConnectAttempts':3,'hashPolicy':[{'sourceIp':{}}]}}";
  Ids ids;
  const auto compiled = compile(listener("'filterChains':[" + chain(proxy) + "]"), ids);
  ASSERT_TRUE(compiled) << compiled.error().detail;
  const auto& tcp = std::get<TcpChain>((*compiled)->chains[0].action);
  EXPECT_EQ(tcp.idle_timeout, Duration::zero());
  EXPECT_EQ(tcp.connection_age_max, std::chrono::seconds(30));
  EXPECT_EQ(tcp.connect_attempts_max, 3);
  EXPECT_TRUE(tcp.hashes_source_address);
}

TEST(CompileListener, honours_ports_where_an_inspector_is_off) {
  Ids ids;
  const auto compiled = compile(
      listener(
          "'filterChains':[" + chain(kTcp) +
          "],'listenerFilters':[{'name':'i','typedConfig':{'@type':'" FILTERS
          "listener.http_inspector.v3.HttpInspector'},'filterDisabled':{'orMatch':{'rules':["
          "{'destinationPortRange':{'start':3306,'end':3307}},{'destinationPortRange':{'start':5432,'end':5433}}]}}}]"),
      ids);
  ASSERT_TRUE(compiled) << compiled.error().detail;
  EXPECT_FALSE((*compiled)->http_inspector->holds(3306));
  EXPECT_FALSE((*compiled)->http_inspector->holds(5432));
  EXPECT_TRUE((*compiled)->http_inspector->holds(5433));
}

TEST(CompileListener, passes_over_filters_that_only_observe) {
  const std::string peer =
      "{'name':'istio.metadata_exchange','typedConfig':{'@type':'type.googleapis.com/udpa.type.v1.TypedStruct',"
      "'typeUrl':'type.googleapis.com/io.istio.http.peer_metadata.Config'}},";
  const std::string fault = "{'name':'fault','typedConfig':{'@type':'" FILTERS "http.fault.v3.HTTPFault'}},";
  EXPECT_EQ(problem_of(listener("'filterChains':[" + chain(http_filter(peer + fault + kRouter)) + "]")), "none");
}

TEST(CompileListener, refuses_filters_that_must_not_be_skipped) {
  const std::string unknown =
      "{'name':'guard','typedConfig':{'@type':'type.googleapis.com/udpa.type.v1.TypedStruct',"
      "'typeUrl':'type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm'}},";
  EXPECT_EQ(problem_of(listener("'filterChains':[" + chain(http_filter(unknown + kRouter)) + "]")),
            "listener '0.0.0.0_3000': filter chain '': HTTP filter 'guard': filter of type "
            "'envoy.extensions.filters.http.wasm.v3.Wasm' is not supported and must not be ignored");
  const std::string fault =
      "{'name':'fault','typedConfig':{'@type':'" FILTERS "http.fault.v3.HTTPFault','abort':{'httpStatus':500}}},";
  EXPECT_NE(problem_of(listener("'filterChains':[" + chain(http_filter(fault + kRouter)) + "]")), "none");
}

TEST(CompileListener, refuses_what_cannot_serve) {
  EXPECT_EQ(problem_of(listener("'filterChains':[]")), "listener '0.0.0.0_3000': there is no filter chain");
  EXPECT_EQ(problem_of(listener("'filterChains':[{'name':'c'}]")),
            "listener '0.0.0.0_3000': filter chain 'c': there is neither an HTTP connection manager nor a TCP proxy");
  EXPECT_EQ(problem_of(listener("'filterChains':[" + chain(http_filter("")) + "]")),
            "listener '0.0.0.0_3000': filter chain '': the last HTTP filter must be the router");
  EXPECT_EQ(problem_of(listener("'filterChains':[" + chain(kTcp) + "," + chain(kTcp) + "]")),
            "listener '0.0.0.0_3000': two filter chains have the same match");
}

TEST(CompileListener, carries_the_routes_of_an_inline_table) {
  Ids ids;
  const auto compiled =
      compile(listener("'filterChains':[" +
                       chain(http_filter(kRouter,
                                         "'routeConfig':{'name':'r','virtualHosts':[{'name':'v','domains':['*'],"
                                         "'routes':[{'match':{'prefix':'/'},'route':{'cluster':'c'}}]}]}")) +
                       "]"),
              ids);
  ASSERT_TRUE(compiled) << compiled.error().detail;
  ASSERT_EQ((*compiled)->clusters.size(), 1);
  EXPECT_EQ(ids.clusters.name_of((*compiled)->clusters[0]), "c");
  EXPECT_TRUE((*compiled)->route_tables.empty());
}

std::string socket_listener(const std::string& pipe, const std::string& more = "") {
  return "{'name':'socket','address':{'pipe':{" + pipe + "}}" + more + ",'filterChains':[" + chain(kTcp) + "]}";
}

TEST(CompileListener, may_be_at_a_socket_file) {
  Ids ids;
  const auto compiled = compile(socket_listener("'path':'/run/app.sock','mode':438"), ids);
  ASSERT_TRUE(compiled);
  EXPECT_EQ((*compiled)->address.socket_file, "/run/app.sock");
  EXPECT_EQ((*compiled)->file_mode, 0666u);
  EXPECT_TRUE((*compiled)->binds);
  EXPECT_EQ(problem_of(socket_listener("'path':'run/app.sock'")),
            "listener 'socket': 'run/app.sock' is not /PATH and not @NAME");
  EXPECT_EQ(problem_of(socket_listener("'path':'/" + std::string(107, 'x') + "'")),
            "listener 'socket': '/" + std::string(107, 'x') + "' is longer than 107 bytes");
  EXPECT_EQ(problem_of(socket_listener("'path':'/run/app.sock'", ",'bindToPort':false")),
            "listener 'socket': a socket file without bind_to_port is not supported");
}

}  // namespace
}  // namespace weft::decide
