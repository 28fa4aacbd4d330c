#include "cli/mesh/readiness.h"

#include <algorithm>

#include <fmt/format.h>

namespace weft::cli {
namespace {

using api::Json;

// What weft-node is doing, as opposed to what went wrong.
constexpr std::string_view kStarting[] = {"ContainerCreating", "PodInitializing", ""};
// A first crash may be a race with something else that starts; when the restarted program ends, too, it is its own
// doing.
constexpr int kRestartsMin = 1;

std::string text_at(const Json& object, const char* pointer) {
  const Json::json_pointer place(pointer);
  return object.contains(place) && object[place].is_string() ? object[place].get<std::string>() : "";
}

int64_t number_at(const Json& object, const char* pointer, int64_t fallback) {
  const Json::json_pointer place(pointer);
  return object.contains(place) && object[place].is_number_integer() ? object[place].get<int64_t>() : fallback;
}

std::string full_name(const Json& object) {
  return text_at(object, "/metadata/namespace") + "/" + text_at(object, "/metadata/name");
}

bool is_ready(const Json& pod) {
  const Json::json_pointer conditions("/status/conditions");
  if (!pod.contains(conditions)) return false;
  return std::ranges::any_of(pod[conditions], [](const Json& condition) {
    return condition.value("type", "") == "Ready" && condition.value("status", "") == "True";
  });
}

bool is_ending(const Json& pod) {
  return pod["metadata"].contains("deletionTimestamp");
}

// Every key of the selector's matchLabels is among the pod's labels.
bool selects(const Json& deployment, const Json& pod) {
  const Json::json_pointer selector("/spec/selector/matchLabels");
  if (!deployment.contains(selector) || deployment[selector].empty()) return false;
  if (text_at(deployment, "/metadata/namespace") != text_at(pod, "/metadata/namespace")) return false;
  const Json labels = pod["metadata"].value("labels", Json::object());
  for (const auto& [key, value] : deployment[selector].items()) {
    if (!labels.contains(key) || labels[key] != value) return false;
  }
  return true;
}

std::string failure_of_container(const Json& status) {
  const auto name = "container " + status.value("name", "") + ": ";
  const auto reason = text_at(status, "/state/waiting/reason");
  if (std::ranges::count(kStarting, reason) > 0) return {};
  auto message = text_at(status, "/state/waiting/message");
  const auto exit_code = number_at(status, "/lastState/terminated/exitCode", -1);
  if (reason == "CrashLoopBackOff") {
    if (status.value("restartCount", 0) < kRestartsMin) return {};
    if (exit_code >= 0) message = fmt::format("it ended with exit code {}", exit_code);
  }
  return name + reason + (message.empty() ? "" : ": " + message);
}

std::string failure_of_pod(const Json& pod) {
  const Json::json_pointer statuses("/status/containerStatuses");
  if (pod.contains(statuses)) {
    for (const auto& status : pod[statuses]) {
      if (auto failure = failure_of_container(status); !failure.empty()) return failure;
    }
  }
  if (text_at(pod, "/status/phase") != "Failed") return {};
  return text_at(pod, "/status/reason") + ": " + text_at(pod, "/status/message");
}

int64_t restarts_of(const Json& pod) {
  const Json::json_pointer statuses("/status/containerStatuses");
  int64_t sum = 0;
  if (!pod.contains(statuses)) return sum;
  for (const auto& status : pod[statuses]) sum += status.value("restartCount", int64_t{0});
  return sum;
}

void note(WorkloadProgress& progress, const Json& pod) {
  progress.restarts += restarts_of(pod);
  if (is_ready(pod)) {
    ++progress.ready;
    return;
  }
  if (!progress.failure.empty()) return;
  progress.failure = failure_of_pod(pod);
  progress.pod = full_name(pod);
}

void write_facts(WorkloadProgress& progress) {
  progress.facts = fmt::format("{} of {} ready", std::min(progress.ready, progress.wanted), progress.wanted);
}

bool has_readiness_probe(const Json& pod, const std::string& container) {
  const Json::json_pointer containers("/spec/containers");
  if (!pod.contains(containers)) return false;
  return std::ranges::any_of(pod[containers], [&](const Json& one) {
    return one.value("name", "") == container && one.contains("readinessProbe");
  });
}

// The first container that runs without being ready, in a sentence.
std::string unready_container(const Json& pod) {
  const Json::json_pointer statuses("/status/containerStatuses");
  if (!pod.contains(statuses)) return {};
  for (const auto& status : pod[statuses]) {
    if (status.value("ready", false) || !status.contains("state") || !status["state"].contains("running")) continue;
    const auto name = status.value("name", "");
    return "container " + name + " runs, but " +
           (has_readiness_probe(pod, name) ? "its readiness probe does not succeed" : "is not ready");
  }
  return {};
}

}  // namespace

std::vector<WorkloadProgress> read_progress(const std::vector<Json>& deployments, const std::vector<Json>& pods) {
  std::vector<WorkloadProgress> all;
  std::vector<const Json*> single;
  for (const auto& pod : pods) {
    if (!is_ending(pod)) single.push_back(&pod);
  }
  for (const auto& deployment : deployments) {
    WorkloadProgress progress{
        .title = full_name(deployment), .wanted = 1, .ready = 0, .facts = {}, .failure = {}, .pod = {}};
    progress.wanted = static_cast<size_t>(std::max<int64_t>(0, number_at(deployment, "/spec/replicas", 1)));
    for (const auto* pod : single) {
      if (selects(deployment, *pod)) note(progress, *pod);
    }
    std::erase_if(single, [&](const Json* pod) { return selects(deployment, *pod); });
    // The controller's own count tells pods of the newest template from older ones.
    const auto updated = number_at(deployment, "/status/updatedReplicas", 0);
    const bool seen =
        number_at(deployment, "/status/observedGeneration", 0) >= number_at(deployment, "/metadata/generation", 0);
    progress.ready = std::min(progress.ready, seen ? static_cast<size_t>(std::max<int64_t>(0, updated)) : 0);
    write_facts(progress);
    all.push_back(std::move(progress));
  }
  for (const auto* pod : single) {
    WorkloadProgress progress{.title = full_name(*pod), .wanted = 1, .ready = 0, .facts = {}, .failure = {}, .pod = {}};
    note(progress, *pod);
    write_facts(progress);
    all.push_back(std::move(progress));
  }
  return all;
}

std::string why_not_ready(const Json& pod) {
  if (is_ready(pod)) return {};
  if (auto failure = failure_of_pod(pod); !failure.empty()) return failure;
  if (auto unready = unready_container(pod); !unready.empty()) return unready;
  const Json::json_pointer conditions("/status/conditions");
  if (pod.contains(conditions)) {
    for (const auto& condition : pod[conditions]) {
      const auto message = condition.value("message", "");
      if (condition.value("status", "") == "False" && !message.empty()) return message;
    }
  }
  const auto phase = text_at(pod, "/status/phase");
  return phase == "Running" ? "its processes run, but it does not answer its readiness check yet"
                            : "it has not started yet";
}

}  // namespace weft::cli
