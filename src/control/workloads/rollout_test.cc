#include "control/workloads/rollout.h"

#include <gtest/gtest.h>

namespace weft::control {
namespace {

using api::kubernetes::Deployment;

Deployment of(int32_t replicas) {
  Deployment deployment;
  deployment.replicas = replicas;
  return deployment;
}

enum class Template : uint8_t { current, old };
enum class State : uint8_t { starting, available };

void add(std::vector<Replica>& replicas, int count, Template made_from, State state) {
  for (int i = 0; i < count; ++i) {
    Replica replica;
    replica.name = (made_from == Template::current ? "new-" : "old-") + std::to_string(replicas.size());
    replica.is_current = made_from == Template::current;
    replica.has_started = replica.is_ready = replica.is_available = state == State::available;
    replica.created = "2026-01-01T00:00:00Z";
    replicas.push_back(replica);
  }
}

TEST(Rollout, MakesAllPodsAtOnceWhenThereAreNone) {
  const RolloutStep step = plan_rollout(of(3), {}, 0);
  EXPECT_EQ(step.create, 3);
  EXPECT_TRUE(step.remove.empty());
}

TEST(Rollout, DoesNothingWhenAllIsAsAsked) {
  std::vector<Replica> replicas;
  add(replicas, 3, Template::current, State::available);
  const RolloutStep step = plan_rollout(of(3), replicas, 0);
  EXPECT_EQ(step.create, 0);
  EXPECT_TRUE(step.remove.empty());
}

TEST(Rollout, ScalingDownPrefersPodsThatAreNotReady) {
  std::vector<Replica> replicas;
  add(replicas, 2, Template::current, State::available);
  add(replicas, 1, Template::current, State::starting);
  EXPECT_EQ(plan_rollout(of(2), replicas, 0).remove, (std::vector<std::string>{"new-2"}));
}

TEST(Rollout, ScalingDownPrefersRestartingAndYoungPods) {
  std::vector<Replica> replicas;
  add(replicas, 3, Template::current, State::available);
  replicas[1].created = "2026-01-02T00:00:00Z";
  EXPECT_EQ(plan_rollout(of(2), replicas, 0).remove, (std::vector<std::string>{"new-1"}));
  replicas[0].restarts = 2;
  EXPECT_EQ(plan_rollout(of(2), replicas, 0).remove, (std::vector<std::string>{"new-0"}));
}

// 25% of 4: one more, one less.
TEST(Rollout, ANewTemplateStartsWithinSurgeAndUnavailability) {
  std::vector<Replica> replicas;
  add(replicas, 4, Template::old, State::available);
  const RolloutStep step = plan_rollout(of(4), replicas, 0);
  EXPECT_EQ(step.create, 1);
  EXPECT_EQ(step.remove.size(), 1u);
}

TEST(Rollout, WaitsWhileNewPodsStart) {
  std::vector<Replica> replicas;
  add(replicas, 3, Template::old, State::available);
  add(replicas, 2, Template::current, State::starting);
  const RolloutStep step = plan_rollout(of(4), replicas, 0);
  EXPECT_EQ(step.create, 0);
  EXPECT_TRUE(step.remove.empty());
}

TEST(Rollout, OldPodsThatServeNobodyGoFirst) {
  std::vector<Replica> replicas;
  add(replicas, 3, Template::old, State::available);
  add(replicas, 1, Template::old, State::starting);
  EXPECT_EQ(plan_rollout(of(4), replicas, 0).remove, (std::vector<std::string>{"old-3"}));
}

TEST(Rollout, ConvergesWithOnePodReplacedAtATime) {
  Deployment deployment = of(1);  // 25% of 1: one more, none less
  std::vector<Replica> replicas;
  add(replicas, 1, Template::old, State::available);
  RolloutStep step = plan_rollout(deployment, replicas, 0);
  EXPECT_EQ(step.create, 1);
  EXPECT_TRUE(step.remove.empty());
  add(replicas, 1, Template::current, State::available);
  step = plan_rollout(deployment, replicas, 0);
  EXPECT_EQ(step.create, 0);
  EXPECT_EQ(step.remove, (std::vector<std::string>{"old-0"}));
}

TEST(Rollout, BoundsOfZeroStillLetOnePodGo) {
  Deployment deployment = of(2);
  deployment.strategy.rolling_update.max_surge = {0, false};
  deployment.strategy.rolling_update.max_unavailable = {0, false};
  std::vector<Replica> replicas;
  add(replicas, 2, Template::old, State::available);
  const RolloutStep step = plan_rollout(deployment, replicas, 0);
  EXPECT_EQ(step.create, 0);
  EXPECT_EQ(step.remove.size(), 1u);
  EXPECT_EQ(available_min(deployment), 1);
}

TEST(Rollout, RecreateWaitsUntilTheOldPodsAreGone) {
  Deployment deployment = of(2);
  deployment.strategy.type = "Recreate";
  std::vector<Replica> replicas;
  add(replicas, 2, Template::old, State::available);
  RolloutStep step = plan_rollout(deployment, replicas, 0);
  EXPECT_EQ(step.create, 0);
  EXPECT_EQ(step.remove.size(), 2u);
  EXPECT_EQ(plan_rollout(deployment, {}, 2).create, 0);
  EXPECT_EQ(plan_rollout(deployment, {}, 0).create, 2);
}

TEST(Rollout, APausedDeploymentOnlyScales) {
  Deployment deployment = of(3);
  deployment.paused = true;
  std::vector<Replica> replicas;
  add(replicas, 2, Template::old, State::available);
  const RolloutStep step = plan_rollout(deployment, replicas, 0);
  EXPECT_EQ(step.create, 1);
  EXPECT_TRUE(step.remove.empty());
}

TEST(Rollout, ZeroReplicasRemovesAll) {
  std::vector<Replica> replicas;
  add(replicas, 1, Template::current, State::available);
  add(replicas, 1, Template::old, State::available);
  EXPECT_EQ(plan_rollout(of(0), replicas, 0).remove.size(), 2u);
}

}  // namespace
}  // namespace weft::control
