#include "cli/mesh/pod_log.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

using api::Json;

Json pod(const std::vector<std::string>& containers) {
  Json pod = {{"metadata", {{"name", "api-0"}}}, {"spec", {{"containers", Json::array()}}}};
  for (const auto& name : containers) pod["spec"]["containers"].push_back({{"name", name}});
  return pod;
}

TEST(PodLog, IsTheFirstContainersWhereNoneIsNamed) {
  EXPECT_EQ(pod_log(pod({"web", "metrics"}), "").value(), "app.log");
  EXPECT_EQ(pod_log(pod({}), "").value(), "app.log");
  EXPECT_EQ(pod_log(Json::parse(R"({"metadata": {"name": "a"}})"), "").value(), "app.log");
}

TEST(PodLog, OfAGatewayIsItsProxys) {
  EXPECT_EQ(pod_log(pod({"istio-proxy"}), "").value(), "proxy.log");
  EXPECT_EQ(pod_log(pod({"weft-proxy"}), "").value(), "proxy.log");
}

TEST(PodLog, IsTheNamedContainers) {
  const auto three = pod({"web", "metrics", "cache"});
  EXPECT_EQ(pod_log(three, "web").value(), "app.log");
  EXPECT_EQ(pod_log(three, "metrics").value(), "container.metrics.log");
  EXPECT_EQ(pod_log(three, "istio-proxy").value(), "proxy.log");
}

// A second container called "app" had the first one's file.
TEST(PodLog, IsNoOtherContainersWhateverTheyAreCalled) {
  const auto odd = pod({"proxy", "app", "weft-proxy"});
  EXPECT_EQ(pod_log(odd, "proxy").value(), "app.log");
  EXPECT_EQ(pod_log(odd, "app").value(), "container.app.log");
  EXPECT_EQ(pod_log(pod({"app", "proxy"}), "proxy").value(), "container.proxy.log");
}

TEST(PodLog, SaysWhichContainersThereAre) {
  const auto none = pod_log(pod({"web", "metrics"}), "wbe");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().exit, Exit::failed);
  EXPECT_EQ(none.error().what, "pod api-0 has no container \"wbe\"; it has web, metrics, istio-proxy");
}

}  // namespace
}  // namespace weft::cli
