#include "proxy/config/known_endpoints.h"

#include <gtest/gtest.h>

namespace weft::proxy {
namespace {

decide::Endpoint endpoint(const char* ip, uint32_t priority = 0, uint32_t locality = 0) {
  decide::Endpoint one;
  one.address = {*decide::IpAddress::parse(ip), 80};
  one.priority = priority;
  one.locality = locality;
  return one;
}

decide::Cluster cluster_of_names(std::vector<std::string> hosts) {
  decide::Cluster cluster;
  cluster.name = "out";
  cluster.dns.emplace();
  for (auto& host : hosts) cluster.dns->names.push_back({std::move(host), {}});
  return cluster;
}

TEST(KnownEndpoints, HaveTheNameThatTheyWereFoundBy) {
  decide::EndpointSet set;
  set.endpoints = {endpoint("192.0.2.1"), endpoint("2001:db8::1")};
  set.endpoints[0].weight = 3;
  set.endpoints[1].is_healthy = false;
  const auto message = known_endpoints(cluster_of_names({"a.test"}), set);
  EXPECT_EQ(message.cluster_name(), "out");
  ASSERT_EQ(message.endpoints_size(), 1);
  ASSERT_EQ(message.endpoints(0).lb_endpoints_size(), 2);
  const auto& first = message.endpoints(0).lb_endpoints(0);
  EXPECT_EQ(first.endpoint().hostname(), "a.test");
  EXPECT_EQ(first.endpoint().address().socket_address().address(), "192.0.2.1");
  EXPECT_EQ(first.endpoint().address().socket_address().port_value(), 80u);
  EXPECT_EQ(first.load_balancing_weight().value(), 3u);
  EXPECT_EQ(first.health_status(), envoy::config::core::v3::HEALTHY);
  const auto& second = message.endpoints(0).lb_endpoints(1);
  EXPECT_EQ(second.endpoint().address().socket_address().address(), "2001:db8::1");
  EXPECT_EQ(second.health_status(), envoy::config::core::v3::UNHEALTHY);
}

TEST(KnownEndpoints, ArePipesWhereTheyAreSocketFiles) {
  decide::EndpointSet set;
  set.endpoints.push_back({.address = {.socket_file = "/run/app.sock"}});
  const auto message = known_endpoints({}, set);
  EXPECT_EQ(message.endpoints(0).lb_endpoints(0).endpoint().address().pipe().path(), "/run/app.sock");
}

TEST(KnownEndpoints, HaveNoNameWhereThereAreSeveral) {
  decide::EndpointSet set;
  set.endpoints = {endpoint("192.0.2.1")};
  const auto message = known_endpoints(cluster_of_names({"a.test", "b.test"}), set);
  EXPECT_EQ(message.endpoints(0).lb_endpoints(0).endpoint().hostname(), "");
}

TEST(KnownEndpoints, StandInGroupsByPriorityAndLocality) {
  decide::EndpointSet set;
  set.localities = {{}, {"west", "w1", "", 7}};
  set.endpoints = {endpoint("192.0.2.1"), endpoint("192.0.2.2", 0, 1), endpoint("192.0.2.3", 0, 1),
                   endpoint("192.0.2.4", 1, 1)};
  const auto message = known_endpoints(cluster_of_names({"a.test"}), set);
  ASSERT_EQ(message.endpoints_size(), 3);
  EXPECT_FALSE(message.endpoints(0).has_locality());
  EXPECT_EQ(message.endpoints(1).locality().region(), "west");
  EXPECT_EQ(message.endpoints(1).load_balancing_weight().value(), 7u);
  EXPECT_EQ(message.endpoints(1).lb_endpoints_size(), 2);
  EXPECT_EQ(message.endpoints(2).priority(), 1u);
}

TEST(KnownEndpoints, MayBeNone) {
  EXPECT_EQ(known_endpoints(cluster_of_names({"a.test"}), {}).endpoints_size(), 0);
}

}  // namespace
}  // namespace weft::proxy
