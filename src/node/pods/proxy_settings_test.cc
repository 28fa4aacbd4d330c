#include "node/pods/proxy_settings.h"

#include <gtest/gtest.h>

namespace weft::node {
namespace {

using std::chrono::seconds;

ProxySettings settings_of(const std::string& mesh, const std::string& annotation = "") {
  api::Metadata pod{.name = "api-0", .namespace_name = "shop"};
  if (!annotation.empty()) pod.annotations["proxy.istio.io/config"] = annotation;
  return proxy_settings(mesh, pod, 6);
}

TEST(ProxySettings, are_wefts_own_where_nobody_says_anything) {
  for (const char* mesh : {"", "{}", "defaultConfig: {}", "enableAutoMtls: true"}) {
    const auto settings = settings_of(mesh);
    EXPECT_EQ(settings.threads, 1U) << mesh;
    EXPECT_FALSE(settings.drain_time) << mesh;
    EXPECT_EQ(settings.hand_over_time, seconds(45)) << mesh;
  }
}

TEST(ProxySettings, are_the_meshs) {
  const auto settings =
      settings_of("defaultConfig: {concurrency: 2, terminationDrainDuration: 20s, drainDuration: 90s}");
  EXPECT_EQ(settings.threads, 2U);
  EXPECT_EQ(settings.drain_time, seconds(20));
  EXPECT_EQ(settings.hand_over_time, seconds(90));
}

TEST(ProxySettings, are_the_pods_where_its_annotation_says_so_and_the_meshs_elsewhere) {
  const auto settings = settings_of("defaultConfig: {concurrency: 2, terminationDrainDuration: 20s}",
                                    "concurrency: 3\ndrainDuration: 10s\n");
  EXPECT_EQ(settings.threads, 3U);
  EXPECT_EQ(settings.drain_time, seconds(20));
  EXPECT_EQ(settings.hand_over_time, seconds(10));
}

TEST(ProxySettings, have_a_thread_for_each_core_at_a_concurrency_of_zero) {
  EXPECT_EQ(settings_of("defaultConfig: {concurrency: 0}").threads, 6U);
  EXPECT_EQ(settings_of("defaultConfig: {concurrency: 2}", "concurrency: 0").threads, 6U);
}

TEST(ProxySettings, stay_within_what_a_proxy_can_do) {
  EXPECT_EQ(settings_of("defaultConfig: {concurrency: 100000}").threads, 256U);
}

TEST(ProxySettings, are_not_taken_from_texts_that_cannot_be_read) {
  EXPECT_EQ(settings_of("defaultConfig: [", "concurrency: 2").threads, 2U);
  EXPECT_EQ(settings_of("defaultConfig: {concurrency: 2}", "concurrency: {").threads, 2U);
  EXPECT_EQ(settings_of("defaultConfig: {concurrency: -1}").threads, 1U);
}

}  // namespace
}  // namespace weft::node
