#include "cli/mesh/proxy_config.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

using api::Json;

ProxyConfig read(const char* text) {
  return read_config_dump(Json::parse(text));
}

constexpr const char* kRoutes = R"({"configs": [{"dynamic_route_configs": [{"route_config": {"name": "3000",
  "virtual_hosts": [{"name": "api:3000", "domains": ["api", "api:3000", "10.96.0.1"], "routes": [
    {"match": {"prefix": "/", "headers": [{"name": "canary", "string_match": {"exact": "true"}}]},
     "route": {"cluster": "outbound|3000|v2|api"},
     "metadata": {"filter_metadata": {"weft": {"origin": "VirtualService shop/api", "file": "mesh.yaml", "line": 12}}}},
    {"match": {"path": "/x"},
     "route": {"weighted_clusters": {"clusters": [{"name": "a", "weight": 90}, {"name": "b", "weight": 10}]}}},
    {"match": {"prefix": "/gone"}, "direct_response": {"status": 503}}]}]}}]}]})";

TEST(ProxyConfig, shows_routes_with_match_destination_and_origin) {
  const auto table = routes_table(read(kRoutes));
  ASSERT_EQ(table.rows.size(), 3U);
  EXPECT_EQ(table.rows[0], (std::vector<std::string>{"3000", "api:3000", "api +2", "/* canary=true", "api:3000 v2",
                                                     "VirtualService shop/api  mesh.yaml:12"}));
  EXPECT_EQ(table.rows[1][3], "/x");
  EXPECT_EQ(table.rows[1][4], "a 90, b 10");
  EXPECT_EQ(table.rows[2][4], "answer 503");
}

TEST(ProxyConfig, reads_both_spellings_of_field_names) {
  const auto table = listeners_table(
      read(R"({"configs": [{"dynamicListeners": [{"activeState": {"listener": {"name": "virtualOutbound",
    "address": {"socketAddress": {"address": "0.0.0.0", "portValue": 15001}},
    "filterChains": [{"filters": [{"typedConfig": {"rds": {"routeConfigName": "80"}}}], "filterChainMatch": {"destinationPort": 80}}],
    "defaultFilterChain": {"filters": [{"typedConfig": {"cluster": "PassthroughCluster"}}]}}}}]}]})"));
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0], (std::vector<std::string>{"virtualOutbound", "0.0.0.0:15001", "port 80", "route 80"}));
  EXPECT_EQ(table.rows[1],
            (std::vector<std::string>{"virtualOutbound", "0.0.0.0:15001", "all", "cluster PassthroughCluster"}));
}

TEST(ProxyConfig, takes_the_names_of_clusters_apart) {
  const auto table = clusters_table(read(R"({"configs": [{"dynamic_active_clusters": [
    {"cluster": {"name": "outbound|3000|v2|api.shop", "type": "EDS"}},
    {"cluster": {"name": "PassthroughCluster", "type": "ORIGINAL_DST"}}],
    "dynamic_warming_clusters": [{"cluster": {"name": "not yet", "type": "EDS"}}]}]})"));
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0], (std::vector<std::string>{"api.shop", "3000", "v2", "outbound", "EDS", "-", ""}));
  EXPECT_EQ(table.rows[1], (std::vector<std::string>{"PassthroughCluster", "-", "-", "-", "ORIGINAL_DST", "-", ""}));
}

TEST(ProxyConfig, lists_endpoints_with_their_clusters) {
  const auto table =
      endpoints_table(read(R"({"configs": [{"dynamic_endpoint_configs": [{"endpoint_config": {"cluster_name": "c",
    "endpoints": [{"lb_endpoints": [{"endpoint": {"address": {"socket_address": {"address": "10.244.0.2", "port_value": 3000}}},
      "load_balancing_weight": 2, "health_status": "DRAINING"}]}]}}]}]})"));
  ASSERT_EQ(table.rows.size(), 1U);
  EXPECT_EQ(table.rows[0], (std::vector<std::string>{"10.244.0.2:3000", "DRAINING", "2", "c", "EDS"}));
}

TEST(ProxyConfig, tells_what_the_proxy_itself_has_resolved) {
  const auto config = read(R"({"configs": [
    {"dynamic_active_clusters": [{"cluster": {"name": "outbound|80||a.test", "type": "STRICT_DNS"}}, {"cluster": {"name": "s"}}]},
    {"static_endpoint_configs": [
      {"endpoint_config": {"cluster_name": "outbound|80||a.test", "endpoints": [{"lb_endpoints": [
        {"endpoint": {"hostname": "a.test", "address": {"socket_address": {"address": "192.0.2.1", "port_value": 80}}}},
        {"endpoint": {"address": {"socket_address": {"address": "192.0.2.2", "port_value": 80}}}},
        {"endpoint": {"address": {"socket_address": {"address": "192.0.2.3", "port_value": 80}}}}]}]}},
      {"endpoint_config": {"cluster_name": "s", "endpoints": [{"lb_endpoints": [
        {"endpoint": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": 1}}}}]}]}}]}]})");
  const auto endpoints = endpoints_table(config);
  ASSERT_EQ(endpoints.rows.size(), 4U);
  EXPECT_EQ(endpoints.rows[0], (std::vector<std::string>{"192.0.2.1:80", "HEALTHY", "1", "a.test:80", "DNS a.test"}));
  EXPECT_EQ(endpoints.rows[1][4], "DNS") << "one of several names";
  EXPECT_EQ(endpoints.rows[3], (std::vector<std::string>{"127.0.0.1:1", "HEALTHY", "1", "s", "STATIC"}));
  EXPECT_EQ(clusters_table(config).rows[0][5], "192.0.2.1:80, 192.0.2.2:80, +1 more");
}

TEST(ProxyConfig, finds_nothing_in_something_else) {
  EXPECT_TRUE(routes_table(read(R"({"error": "x"})")).rows.empty());
}

}  // namespace
}  // namespace weft::cli
