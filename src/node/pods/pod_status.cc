#include "node/pods/pod_status.h"

#include <algorithm>
#include <array>
#include <ctime>

namespace weft::node {
namespace {

using api::Json;

Json terminated(const Termination& termination) {
  const auto& status = termination.status;
  Json state = {{"exitCode", status.shell_code()},
                {"reason", status.shell_code() == 0 ? "Completed" : "Error"},
                {"startedAt", to_rfc3339(termination.started_at)},
                {"finishedAt", to_rfc3339(termination.finished_at)}};
  if (status.signal != 0) state["signal"] = status.signal;
  return {{"terminated", std::move(state)}};
}

Json current_state(const ContainerState& container) {
  if (container.is_running) return {{"running", {{"startedAt", to_rfc3339(container.started_at)}}}};
  if (container.is_done && container.last) return terminated(*container.last);
  Json waiting = {{"reason", container.reason}};
  if (!container.message.empty()) waiting["message"] = container.message;
  return {{"waiting", std::move(waiting)}};
}

Json container_status(const ContainerState& container) {
  Json status = {{"name", container.name},
                 {"image", container.image},
                 {"imageID", ""},
                 {"ready", container.is_ready},
                 {"started", container.is_running && container.has_started},
                 {"restartCount", container.restart_count},
                 {"state", current_state(container)},
                 {"lastState", Json::object()}};
  if (container.last && !container.is_done) status["lastState"] = terminated(*container.last);
  return status;
}

// One condition's verdict, before it is given a time.
struct Verdict {
  std::string_view type;
  bool holds = false;
  std::string reason = {};
  std::string message = {};
};

std::string names_of_unready(const PodState& pod) {
  std::string names;
  for (const auto& container : pod.containers) {
    if (!container.is_ready) names += (names.empty() ? "" : " ") + container.name;
  }
  return names;
}

// The first thing that a container waits for, as a message that says enough by itself.
std::string first_trouble(const PodState& pod) {
  for (const auto& container : pod.containers) {
    if (!container.is_running && !container.message.empty()) return ": " + container.message;
  }
  return {};
}

std::array<Verdict, 4> verdicts(const PodState& pod) {
  const std::string unready = names_of_unready(pod);
  const bool containers_ready = unready.empty() && !pod.pod_ip.empty();
  Verdict containers{.type = "ContainersReady", .holds = containers_ready};
  if (!containers_ready) {
    containers.reason = pod.failure.empty() ? "ContainersNotReady" : "PodSandboxFailed";
    containers.message =
        pod.failure.empty() ? "containers with unready status: [" + unready + "]" + first_trouble(pod) : pod.failure;
  }
  Verdict ready = containers;
  ready.type = "Ready";
  if (containers_ready && !is_ready(pod)) {
    ready = {.type = "Ready", .holds = false, .reason = "SidecarNotReady", .message = "the pod's sidecar is not ready"};
  }
  return {Verdict{.type = "PodScheduled", .holds = true}, Verdict{.type = "Initialized", .holds = true}, containers,
          ready};
}

const Json* find_condition(const Json& status, std::string_view type) {
  if (!status.is_object() || !status.contains("conditions") || !status["conditions"].is_array()) return nullptr;
  for (const auto& condition : status["conditions"]) {
    if (condition.is_object() && condition.value("type", "") == type) return &condition;
  }
  return nullptr;
}

Json to_condition(const Verdict& verdict, const Json& before, WallTime now) {
  const std::string status = verdict.holds ? "True" : "False";
  Json condition = {{"type", verdict.type}, {"status", status}, {"lastTransitionTime", to_rfc3339(now)}};
  const Json* const old = find_condition(before, verdict.type);
  if (old != nullptr && old->value("status", "") == status) {
    condition["lastTransitionTime"] = old->value("lastTransitionTime", to_rfc3339(now));
  }
  if (!verdict.reason.empty()) condition["reason"] = verdict.reason;
  if (!verdict.message.empty()) condition["message"] = verdict.message;
  return condition;
}

}  // namespace

std::string_view phase_of(const PodState& pod) {
  const auto all_done = std::ranges::all_of(pod.containers, [](const auto& container) { return container.is_done; });
  if (all_done && !pod.containers.empty()) {
    const auto well = std::ranges::all_of(pod.containers, [](const auto& container) {
      return container.last && container.last->status.shell_code() == 0;
    });
    return well ? "Succeeded" : "Failed";
  }
  const auto started = std::ranges::all_of(
      pod.containers, [](const auto& container) { return container.is_running || container.last.has_value(); });
  return started && !pod.pod_ip.empty() ? "Running" : "Pending";
}

bool is_ready(const PodState& pod) {
  return !pod.pod_ip.empty() && (!pod.has_sidecar || pod.sidecar_is_ready) &&
         std::ranges::all_of(pod.containers, [](const auto& container) { return container.is_ready; });
}

Json to_status(const PodState& pod, const Json& before, WallTime now) {
  Json status = {{"phase", phase_of(pod)},
                 {"hostIP", pod.host_ip},
                 {"startTime", to_rfc3339(pod.started_at)},
                 {"qosClass", "BestEffort"},
                 {"podIP", nullptr},
                 {"podIPs", nullptr},
                 {"conditions", Json::array()},
                 {"containerStatuses", Json::array()}};
  if (!pod.pod_ip.empty()) {
    status["podIP"] = pod.pod_ip;
    status["podIPs"] = Json::array({Json{{"ip", pod.pod_ip}}});
  }
  for (const auto& verdict : verdicts(pod)) status["conditions"].push_back(to_condition(verdict, before, now));
  for (const auto& container : pod.containers) status["containerStatuses"].push_back(container_status(container));
  return status;
}

std::string to_rfc3339(WallTime time) {
  const std::time_t seconds = std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), size};
}

}  // namespace weft::node
