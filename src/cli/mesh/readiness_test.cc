#include "cli/mesh/readiness.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

using api::Json;

Json deployment(int replicas, int updated) {
  return {{"metadata", {{"name", "front"}, {"namespace", "shop"}, {"generation", 2}}},
          {"spec", {{"replicas", replicas}, {"selector", {{"matchLabels", {{"app", "front"}}}}}}},
          {"status", {{"observedGeneration", 2}, {"updatedReplicas", updated}}}};
}

Json pod(const std::string& name, bool ready) {
  const Json condition = {{"type", "Ready"}, {"status", ready ? "True" : "False"}};
  return {{"metadata", {{"name", name}, {"namespace", "shop"}, {"labels", {{"app", "front"}}}}},
          {"status", {{"phase", "Running"}, {"conditions", Json::array({condition})}}}};
}

Json waiting(const std::string& reason, int restarts) {
  auto broken = pod("front-1", false);
  broken["status"]["containerStatuses"] =
      Json::array({{{"name", "app"},
                    {"restartCount", restarts},
                    {"state", {{"waiting", {{"reason", reason}, {"message", "no luck"}}}}},
                    {"lastState", {{"terminated", {{"exitCode", 3}}}}}}});
  return broken;
}

TEST(Readiness, counts_the_ready_pods_of_a_deployment) {
  const auto progress = read_progress({deployment(3, 3)}, {pod("a", true), pod("b", true), pod("c", false)});
  ASSERT_EQ(progress.size(), 1U);
  EXPECT_EQ(progress[0].title, "shop/front");
  EXPECT_EQ(progress[0].facts, "2 of 3 ready");
  EXPECT_FALSE(progress[0].is_ready());
}

TEST(Readiness, does_not_count_pods_before_the_controller_has_seen_the_template) {
  auto changed = deployment(1, 1);
  changed["metadata"]["generation"] = 3;
  EXPECT_FALSE(read_progress({changed}, {pod("a", true)})[0].is_ready());
  EXPECT_TRUE(read_progress({deployment(1, 1)}, {pod("a", true)})[0].is_ready());
}

TEST(Readiness, is_given_for_no_replicas) {
  EXPECT_TRUE(read_progress({deployment(0, 0)}, {})[0].is_ready());
}

TEST(Readiness, lists_pods_of_no_deployment_by_themselves) {
  auto gateway = pod("weft-gateway", true);
  gateway["metadata"]["labels"] = Json::object();
  const auto progress = read_progress({deployment(0, 0)}, {gateway});
  ASSERT_EQ(progress.size(), 2U);
  EXPECT_EQ(progress[1].title, "shop/weft-gateway");
  EXPECT_TRUE(progress[1].is_ready());
}

TEST(Readiness, passes_over_pods_that_end) {
  auto ending = pod("a", true);
  ending["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z";
  EXPECT_EQ(read_progress({deployment(1, 1)}, {ending})[0].ready, 0U);
}

TEST(Readiness, tells_a_second_crash_but_not_a_first_one) {
  EXPECT_EQ(read_progress({deployment(1, 1)}, {waiting("CrashLoopBackOff", 0)})[0].failure, "");
  const auto progress = read_progress({deployment(1, 1)}, {waiting("CrashLoopBackOff", 1)});
  EXPECT_EQ(progress[0].failure, "container app: CrashLoopBackOff: it ended with exit code 3");
  EXPECT_EQ(progress[0].pod, "shop/front-1");
  EXPECT_EQ(progress[0].restarts, 1);
}

TEST(Readiness, tells_what_keeps_a_container_from_starting_at_once) {
  EXPECT_EQ(read_progress({deployment(1, 1)}, {waiting("ErrImagePull", 0)})[0].failure,
            "container app: ErrImagePull: no luck");
  EXPECT_EQ(read_progress({deployment(1, 1)}, {waiting("ContainerCreating", 0)})[0].failure, "");
}

TEST(Readiness, says_why_a_pod_is_not_ready) {
  EXPECT_EQ(why_not_ready(pod("a", true)), "");
  EXPECT_EQ(why_not_ready(pod("a", false)), "its processes run, but it does not answer its readiness check yet");
  auto told = pod("a", false);
  told["status"]["conditions"][0]["message"] = "GET /healthz: connection refused";
  EXPECT_EQ(why_not_ready(told), "GET /healthz: connection refused");
  told["status"]["containerStatuses"] =
      Json::array({{{"name", "c"}, {"ready", false}, {"state", {{"running", Json::object()}}}}});
  told["spec"]["containers"] = Json::array({{{"name", "c"}, {"readinessProbe", Json::object()}}});
  EXPECT_EQ(why_not_ready(told), "container c runs, but its readiness probe does not succeed");
}

}  // namespace
}  // namespace weft::cli
