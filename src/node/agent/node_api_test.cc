#include "node/agent/node_api.h"

#include <gtest/gtest.h>

namespace weft::node {
namespace {

TEST(RestartPath, names_a_pod_and_perhaps_a_time) {
  const auto plain = parse_restart_path("/proxies/shop/api-0/restart");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->namespace_name, "shop");
  EXPECT_EQ(plain->pod, "api-0");
  EXPECT_EQ(plain->longest, std::chrono::seconds(30));
  EXPECT_EQ(parse_restart_path("/proxies/shop/api-0/restart?timeout=5")->longest, std::chrono::seconds(5));
}

TEST(RestartPath, is_nothing_else) {
  for (const auto* path :
       {"", "/", "/proxies/", "/proxies/restart", "/proxies//restart", "/proxies/shop/restart",
        "/proxies/shop//restart", "/proxies//api-0/restart", "/proxies/shop/api-0", "/proxies/shop/api-0/restart/",
        "/proxies/shop/a/b/restart", "/status", "/proxies/shop/api-0/restart?",
        "/proxies/shop/api-0/restart?timeout=", "/proxies/shop/api-0/restart?timeout=-1",
        "/proxies/shop/api-0/restart?timeout=3601", "/proxies/shop/api-0/restart?time=1"}) {
    EXPECT_FALSE(parse_restart_path(path)) << path;
  }
}

}  // namespace
}  // namespace weft::node
