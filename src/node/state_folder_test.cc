#include "node/state_folder.h"

#include <set>

#include <gtest/gtest.h>

namespace weft::node {
namespace {

TEST(PodFolder, IsNamedByNamespaceAndPod) {
  const StateFolder state{"/s"};
  EXPECT_EQ(state.pod("shop", "api-0").path, "/s/pods/shop.api-0");
  EXPECT_NE(state.pod("a", "b.c").path, state.pod("a.b", "d").path) << "no namespace has a dot";
}

TEST(PodFolder, KeepsTheLogsOfContainersApartWhateverTheyAreCalled) {
  const PodFolder pod = StateFolder{"/s"}.pod("shop", "api-0");
  const std::set<std::string> files = {pod.app_log(),
                                       pod.proxy_log(),
                                       pod.token(),
                                       pod.container_log("app"),
                                       pod.container_log("proxy"),
                                       pod.container_log("metrics")};
  EXPECT_EQ(files.size(), 6u);
  EXPECT_TRUE(files.contains("/s/pods/shop.api-0/container.metrics.log"));
}

}  // namespace
}  // namespace weft::node
