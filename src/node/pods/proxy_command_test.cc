#include "node/pods/proxy_command.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weft::node {
namespace {

std::string value_behind(const std::vector<std::string>& words, const std::string& flag) {
  const auto found = std::find(words.begin(), words.end(), flag);
  return found == words.end() ? "" : *(found + 1);
}

TEST(ProxyCommand, of_a_sidecar_says_who_it_is_and_where_its_sockets_are) {
  const api::Metadata pod{.name = "api-0", .namespace_name = "shop", .labels = {{"app", "api"}}};
  const auto words = proxy_command("/bin/weft-proxy", {"/s"}, StateFolder{"/s"}.pod("shop", "api-0"),
                                   {.kind = PodKind::meshed,
                                    .pod = &pod,
                                    .service_account = "robot",
                                    .address = *net::IpAddress::parse("10.244.0.2"),
                                    .mesh_ranges = {*net::IpRange::parse("10.244.0.0/16")},
                                    .settings = {.threads = 2},
                                    .log_level = "info"});
  EXPECT_EQ(words.front(), "/bin/weft-proxy");
  EXPECT_EQ(value_behind(words, "--node-id"), "sidecar~10.244.0.2~api-0.shop~shop.svc.cluster.local");
  EXPECT_EQ(value_behind(words, "--xds"), "unix:/s/xds.sock");
  EXPECT_EQ(value_behind(words, "--xds-token-file"), "/s/pods/shop.api-0/token");
  EXPECT_EQ(value_behind(words, "--hot-restart"), "unix:/s/pods/shop.api-0/door.sock");
  EXPECT_EQ(value_behind(words, "--hand-over-time"), "45000ms");
  EXPECT_EQ(value_behind(words, "--concurrency"), "2");
  EXPECT_EQ(value_behind(words, "--drain-time"), "");
  EXPECT_EQ(value_behind(words, "--private-folder"), "/s");
  EXPECT_EQ(value_behind(words, "--mesh-cidr"), "10.244.0.0/16");
  EXPECT_EQ(
      api::Json::parse(value_behind(words, "--node-metadata")),
      api::Json::parse(R"({"NAMESPACE":"shop","POD_NAME":"api-0","SERVICE_ACCOUNT":"robot","WORKLOAD_NAME":"api-0",
                                 "INSTANCE_IPS":"10.244.0.2","CLUSTER_ID":"Kubernetes","LABELS":{"app":"api"}})"));
}

TEST(ProxyEnvironment, names_the_pod_as_istio_does) {
  const api::Metadata pod{.name = "api-0", .namespace_name = "shop"};
  const auto variables =
      proxy_environment({.pod = &pod, .service_account = "robot", .address = *net::IpAddress::parse("10.244.0.2")});
  EXPECT_THAT(variables, testing::IsSupersetOf({"POD_NAME=api-0", "POD_NAMESPACE=shop", "INSTANCE_IP=10.244.0.2",
                                                "SERVICE_ACCOUNT=robot", "ISTIO_META_WORKLOAD_NAME=api-0",
                                                "ISTIO_META_CLUSTER_ID=Kubernetes"}));
}

TEST(ProxyCommand, of_the_gateway_hands_over_its_listeners_and_what_they_expose) {
  const api::Metadata pod{.name = "weft-gateway", .namespace_name = "weft-system"};
  const auto words = proxy_command("/bin/weft-proxy", {"/s"}, StateFolder{"/s"}.pod("weft-system", "weft-gateway"),
                                   {.kind = PodKind::gateway,
                                    .pod = &pod,
                                    .exposures = {{"api", "shop", 80, 8080}},
                                    .listeners = {7},
                                    .settings = {.drain_time = std::chrono::seconds(20)},
                                    .log_level = "info"});
  EXPECT_TRUE(value_behind(words, "--node-id").starts_with("router~"));
  EXPECT_EQ(value_behind(words, "--listen-fd"), "7");
  EXPECT_EQ(value_behind(words, "--drain-time"), "20000ms");
  EXPECT_EQ(api::Json::parse(value_behind(words, "--node-metadata"))["EXPOSE"],
            api::Json::parse(R"([{"service":"api","namespace":"shop","port":80,"hostPort":8080}])"));
}

}  // namespace
}  // namespace weft::node
