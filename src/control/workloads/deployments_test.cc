#include "control/workloads/deployments.h"

#include "control/workloads/world_fixture_test.h"

namespace weft::control {
namespace {

using api::Json;

class DeploymentsTest : public WorldFixture {
 protected:
  DeploymentsTest() {
    key_ = add(R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, generation: 1}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}, annotations: {note: hello}}
    spec: {containers: [{name: web, image: "web:v1", ports: [{containerPort: 80}]}]}
)");
  }

  // Steps until nothing is left to write; how many steps it took.
  int settle() {
    for (int steps = 0; steps < 20; ++steps) {
      const Outcome outcome = tend_deployment(world_, key_, moment());
      if (outcome.writes.empty()) return steps;
      apply(outcome);
    }
    ADD_FAILURE() << "the controller does not come to rest";
    return 20;
  }

  std::vector<Key> pods() const { return keys(kPods, "shop"); }

  void make_ready(const Key& pod) {
    change(pod, [&](Json& body) {
      body["spec"]["nodeName"] = "local";
      body["status"]["phase"] = "Running";
      body["status"]["podIP"] = "10.244.0.1";
      body["status"]["conditions"] = {
          {{"type", "Ready"}, {"status", "True"}, {"lastTransitionTime", "2019-12-20T00:00:00Z"}}};
    });
  }

  Json status() const { return body(key_)["status"]; }
  Json condition(const std::string& type) const {
    for (const Json& one : status()["conditions"])
      if (one["type"] == type) return one;
    return {};
  }

  Key key_;
};

TEST_F(DeploymentsTest, MakesPodsFromTheTemplate) {
  settle();
  ASSERT_EQ(pods().size(), 2u);
  const Json pod = body(pods()[0]);
  const std::string hash = text_at(pod, "metadata", "labels", kTemplateHashLabel);
  EXPECT_EQ(hash.size(), 10u);
  const std::string name = text_at(pod, "metadata", "name");
  EXPECT_TRUE(name.starts_with("web-" + hash + "-")) << name;
  EXPECT_EQ(name.size(), std::string("web-").size() + 10 + 1 + 5);
  EXPECT_EQ(text_at(pod, "metadata", "labels", "app"), "web");
  EXPECT_EQ(text_at(pod, "metadata", "annotations", "note"), "hello");
  EXPECT_EQ(pod["metadata"]["ownerReferences"][0]["uid"], "uid-web");
  EXPECT_EQ(pod["metadata"]["ownerReferences"][0]["controller"], true);
  EXPECT_EQ(text_at(pod, "spec", "serviceAccountName"), "default");
  EXPECT_EQ(text_at(pod, "status", "phase"), "Pending");
  EXPECT_FALSE(text_at(pod, "metadata", "uid").empty());
}

TEST_F(DeploymentsTest, ReportsProgressUntilAllPodsAreAvailable) {
  settle();
  EXPECT_EQ(status()["replicas"], 2);
  EXPECT_EQ(status()["unavailableReplicas"], 2);
  EXPECT_EQ(condition("Available")["status"], "False");
  EXPECT_EQ(condition("Progressing")["reason"], "ReplicaSetUpdated");
  for (const Key& pod : pods()) make_ready(pod);
  settle();
  EXPECT_EQ(status()["readyReplicas"], 2);
  EXPECT_EQ(status()["availableReplicas"], 2);
  EXPECT_EQ(status()["updatedReplicas"], 2);
  EXPECT_FALSE(status().contains("unavailableReplicas"));
  EXPECT_EQ(status()["observedGeneration"], 1);
  EXPECT_EQ(condition("Available")["status"], "True");
  EXPECT_EQ(condition("Progressing")["reason"], "NewReplicaSetAvailable");
  EXPECT_EQ(text_at(body(key_), "metadata", "annotations", kRevisionAnnotation), "1");
}

TEST_F(DeploymentsTest, ANewTemplateReplacesAllPodsAndKeepsEnoughAvailable) {
  settle();
  for (const Key& pod : pods()) make_ready(pod);
  settle();
  change(key_, [](Json& body) {
    body["spec"]["template"]["spec"]["containers"][0]["image"] = "web:v2";
    body["metadata"]["generation"] = 2;
  });
  for (int round = 0; round < 10; ++round) {
    settle();
    int available = 0;
    for (const Key& pod : pods()) {
      const bool leaves = member(body(pod), "metadata", "deletionTimestamp") != nullptr;
      if (leaves) continue;
      available += text_at(body(pod), "status", "podIP").empty() ? 0 : 1;
    }
    EXPECT_GE(available, 2);  // 25% of 2, rounded down: none may be missing
    for (const Key& pod : pods()) {
      if (member(body(pod), "metadata", "deletionTimestamp") != nullptr) {
        world_.remove(pod);  // weft-node has ended it
      } else if (text_at(body(pod), "status", "podIP").empty()) {
        make_ready(pod);
      }
    }
  }
  ASSERT_EQ(pods().size(), 2u);
  for (const Key& pod : pods()) EXPECT_EQ(body(pod)["spec"]["containers"][0]["image"], "web:v2");
  EXPECT_EQ(text_at(body(key_), "metadata", "annotations", kRevisionAnnotation), "2");
  EXPECT_EQ(status()["observedGeneration"], 2);
}

TEST_F(DeploymentsTest, APodThatMayRunIsMarkedWithItsGraceAndOneThatNeverStartedGoesAtOnce) {
  settle();
  make_ready(pods()[0]);
  const Key running = pods()[0];
  change(key_, [](Json& body) { body["spec"]["replicas"] = 0; });
  settle();
  ASSERT_EQ(pods(), std::vector<Key>{running});
  EXPECT_EQ(body(running)["metadata"]["deletionGracePeriodSeconds"], 30);
  EXPECT_EQ(text_at(body(running), "metadata", "deletionTimestamp"), "2019-12-20T00:00:30Z");
}

TEST_F(DeploymentsTest, APodThatEndedIsReplaced) {
  settle();
  const Key ended = pods()[0];
  change(ended, [](Json& body) { body["status"]["phase"] = "Failed"; });
  settle();
  EXPECT_EQ(pods().size(), 2u);
  EXPECT_EQ(world_.find(ended), nullptr);
}

TEST_F(DeploymentsTest, MinReadySecondsDelaysAvailabilityAndAsksToLookAgain) {
  change(key_, [](Json& body) { body["spec"]["minReadySeconds"] = 10; });
  settle();
  for (const Key& pod : pods()) make_ready(pod);
  settle();
  EXPECT_EQ(status()["readyReplicas"], 2);
  EXPECT_FALSE(status().contains("availableReplicas"));
  EXPECT_TRUE(tend_deployment(world_, key_, moment()).look_again.has_value());
  clock_.advance(std::chrono::seconds(10));
  settle();
  EXPECT_EQ(status()["availableReplicas"], 2);
}

TEST_F(DeploymentsTest, SaysSoWhenTheProgressDeadlinePasses) {
  settle();
  EXPECT_EQ(tend_deployment(world_, key_, moment()).look_again, clock_.wall_now() + std::chrono::seconds(600));
  clock_.advance(std::chrono::seconds(600));
  settle();
  EXPECT_EQ(condition("Progressing")["status"], "False");
  EXPECT_EQ(condition("Progressing")["reason"], "ProgressDeadlineExceeded");
}

TEST_F(DeploymentsTest, ADeploymentOnItsWayOutIsLeftAlone) {
  change(key_, [](Json& body) { body["metadata"]["deletionTimestamp"] = "2020-01-01T00:00:00Z"; });
  EXPECT_TRUE(tend_deployment(world_, key_, moment()).writes.empty());
}

}  // namespace
}  // namespace weft::control
