#include "node/pods/pod_status.h"

#include <gtest/gtest.h>

namespace weft::node {
namespace {

using api::Json;

const WallTime kStart{std::chrono::seconds(1'000'000'000)};
const WallTime kLater = kStart + std::chrono::seconds(60);

// A pod with a sidecar and one container, all well.
PodState healthy() {
  PodState pod{.pod_ip = "10.244.0.2",
               .host_ip = "127.0.0.1",
               .started_at = kStart,
               .has_sidecar = true,
               .sidecar_is_ready = true};
  pod.containers.push_back(
      {.name = "app", .image = "i", .is_running = true, .is_ready = true, .has_started = true, .started_at = kStart});
  return pod;
}

const Json& condition(const Json& status, const std::string& type) {
  for (const auto& candidate : status["conditions"]) {
    if (candidate["type"] == type) return candidate;
  }
  static const Json kNone;
  return kNone;
}

TEST(PodStatus, of_a_healthy_pod_is_running_and_ready) {
  const Json status = to_status(healthy(), {}, kStart);
  EXPECT_EQ(status["phase"], "Running");
  EXPECT_EQ(status["podIP"], "10.244.0.2");
  EXPECT_EQ(condition(status, "Ready")["status"], "True");
  EXPECT_EQ(status["containerStatuses"][0]["state"],
            Json::parse(R"({"running":{"startedAt":"2001-09-09T01:46:40Z"}})"));
}

TEST(PodStatus, of_a_pod_whose_sidecar_is_gone_is_not_ready_but_its_containers_are) {
  auto pod = healthy();
  pod.sidecar_is_ready = false;
  const Json status = to_status(pod, {}, kStart);
  EXPECT_EQ(condition(status, "ContainersReady")["status"], "True");
  EXPECT_EQ(condition(status, "Ready")["status"], "False");
  EXPECT_EQ(condition(status, "Ready")["reason"], "SidecarNotReady");
}

TEST(PodStatus, of_a_missing_command_carries_reason_and_message) {
  auto pod = healthy();
  pod.containers[0] = {
      .name = "app", .image = "i", .reason = "ImageCommandMissing", .message = "image i has no command"};
  const Json status = to_status(pod, {}, kStart);
  EXPECT_EQ(status["phase"], "Pending");
  EXPECT_EQ(status["containerStatuses"][0]["state"]["waiting"]["reason"], "ImageCommandMissing");
  EXPECT_EQ(condition(status, "Ready")["message"], "containers with unready status: [app]: image i has no command");
}

TEST(PodStatus, of_a_killed_container_that_waits_for_its_restart_tells_how_it_ended) {
  auto pod = healthy();
  pod.containers[0] = {.name = "app",
                       .image = "i",
                       .reason = "CrashLoopBackOff",
                       .restart_count = 2,
                       .last = Termination{{.signal = 9}, kStart, kLater}};
  const Json status = to_status(pod, {}, kLater);
  EXPECT_EQ(status["phase"], "Running");
  const Json& container = status["containerStatuses"][0];
  EXPECT_EQ(container["lastState"]["terminated"]["exitCode"], 137);
  EXPECT_EQ(container["lastState"]["terminated"]["signal"], 9);
  EXPECT_EQ(container["state"]["waiting"]["reason"], "CrashLoopBackOff");
  EXPECT_EQ(container["restartCount"], 2);
}

TEST(PodStatus, of_a_finished_pod_is_succeeded_or_failed_by_exit_code) {
  auto pod = healthy();
  pod.containers[0] = {.name = "app", .is_done = true, .last = Termination{{.code = 0}, kStart, kLater}};
  EXPECT_EQ(phase_of(pod), "Succeeded");
  pod.containers[0].last->status.code = 3;
  EXPECT_EQ(phase_of(pod), "Failed");
}

// One container's part in the phase of its pod.
ContainerState running() {
  return {.name = "r", .is_running = true, .is_ready = true};
}
ContainerState waiting() {
  return {.name = "w"};
}
ContainerState crashed() {
  return {.name = "c", .reason = "CrashLoopBackOff", .last = Termination{{.code = 1}, kStart, kLater}};
}
ContainerState done(int code) {
  return {.name = "d", .is_done = true, .last = Termination{{.code = code}, kStart, kLater}};
}

TEST(PodStatus, has_the_phase_that_its_containers_make) {
  const std::pair<std::vector<ContainerState>, const char*> cases[] = {
      {{running()}, "Running"},
      {{waiting()}, "Pending"},
      {{running(), waiting()}, "Pending"},
      {{running(), crashed()}, "Running"},
      {{running(), done(0)}, "Running"},
      {{done(0), done(0)}, "Succeeded"},
      {{done(0), done(1)}, "Failed"},
      {{}, "Running"},
  };
  for (const auto& [containers, phase] : cases) {
    PodState pod{.pod_ip = "10.244.0.2", .containers = containers};
    EXPECT_EQ(phase_of(pod), phase) << containers.size();
    pod.pod_ip.clear();
    const bool is_over = std::string_view(phase) == "Succeeded" || std::string_view(phase) == "Failed";
    EXPECT_EQ(phase_of(pod), is_over ? phase : "Pending") << "without an address";
  }
}

TEST(PodStatus, of_a_pod_without_a_sandbox_says_why) {
  PodState pod{.failure = "no address is free", .containers = {waiting()}};
  const Json status = to_status(pod, {}, kStart);
  EXPECT_EQ(status["podIP"], nullptr);
  EXPECT_EQ(status["podIPs"], nullptr);
  EXPECT_EQ(condition(status, "Ready")["reason"], "PodSandboxFailed");
  EXPECT_EQ(condition(status, "Ready")["message"], "no address is free");
}

TEST(PodStatus, names_every_container_that_is_not_ready_and_the_first_trouble) {
  auto pod = healthy();
  auto stuck = crashed();
  stuck.message = "it ends at once";
  pod.containers.insert(pod.containers.end(), {waiting(), stuck});
  const Json status = to_status(pod, {}, kStart);
  EXPECT_EQ(condition(status, "ContainersReady")["message"], "containers with unready status: [w c]: it ends at once");
}

TEST(PodStatus, bears_a_former_status_that_is_none) {
  for (const char* before : {"null", "7", "[]", "{}", R"({"conditions":7})", R"({"conditions":[1,{}]})"}) {
    const Json status = to_status(healthy(), Json::parse(before), kStart);
    EXPECT_EQ(condition(status, "Ready")["lastTransitionTime"], "2001-09-09T01:46:40Z") << before;
  }
}

TEST(PodStatus, keeps_the_time_of_conditions_that_did_not_change) {
  auto pod = healthy();
  const Json before = to_status(pod, {}, kStart);
  pod.sidecar_is_ready = false;
  const Json status = to_status(pod, before, kLater);
  EXPECT_EQ(condition(status, "PodScheduled")["lastTransitionTime"], "2001-09-09T01:46:40Z");
  EXPECT_EQ(condition(status, "Ready")["lastTransitionTime"], "2001-09-09T01:47:40Z");
}

}  // namespace
}  // namespace weft::node
