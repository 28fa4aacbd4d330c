#include "control/workloads/deployment_status.h"

#include <fmt/format.h>

#include "control/store/json_access.h"
#include "control/workloads/timestamp.h"

namespace weft::control {
namespace {

using api::Json;
using api::kubernetes::Deployment;
using api::kubernetes::DeploymentStatus;

// What a condition says, without its times.
struct Statement {
  std::string type;
  std::string status;
  std::string reason;
  std::string message;
};

DeploymentStatus count(const api::Resource& resource, const std::vector<Replica>& replicas) {
  DeploymentStatus status;
  status.observed_generation = resource.metadata.generation;
  for (const Replica& replica : replicas) {
    status.replicas += 1;
    status.updated_replicas += replica.is_current ? 1 : 0;
    status.ready_replicas += replica.is_ready ? 1 : 0;
    status.available_replicas += replica.is_available ? 1 : 0;
  }
  status.unavailable_replicas = std::max(0, resource.as<Deployment>()->replicas - status.available_replicas);
  return status;
}

// Zeroes are left out, as Kubernetes does.
Json counts_json(const DeploymentStatus& status) {
  Json json{{"observedGeneration", status.observed_generation}};
  const std::pair<const char*, int32_t> counts[] = {{"replicas", status.replicas},
                                                    {"updatedReplicas", status.updated_replicas},
                                                    {"readyReplicas", status.ready_replicas},
                                                    {"availableReplicas", status.available_replicas},
                                                    {"unavailableReplicas", status.unavailable_replicas}};
  for (const auto& [name, number] : counts)
    if (number != 0) json[name] = number;
  return json;
}

Json find_condition(const Json& body, const std::string& type) {
  for (const Json& condition : list_at(body, "status", "conditions"))
    if (text_at(condition, "type") == type) return condition;
  return {};
}

enum class Touch : uint8_t { on_change, always };

// The condition with its times: lastTransitionTime moves when the status does, lastUpdateTime when anything does.
Json condition(const Json& before, const Statement& now_says, WallTime now, Touch touch) {
  const bool same_status = text_at(before, "status") == now_says.status;
  const bool same = same_status && text_at(before, "reason") == now_says.reason;
  if (same && touch == Touch::on_change) return before;
  const std::string since = text_at(before, "lastTransitionTime");
  return {{"type", now_says.type},
          {"status", now_says.status},
          {"reason", now_says.reason},
          {"message", now_says.message},
          {"lastUpdateTime", timestamp(now)},
          {"lastTransitionTime", same_status && !since.empty() ? since : timestamp(now)}};
}

Json available_condition(const api::Resource& resource, const DeploymentStatus& status, WallTime now) {
  const bool enough = status.available_replicas >= available_min(*resource.as<Deployment>());
  const Statement says =
      enough ? Statement{"Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability."}
             : Statement{"Available", "False", "MinimumReplicasUnavailable",
                         "Deployment does not have minimum availability."};
  return condition(find_condition(resource.body, "Available"), says, now, Touch::on_change);
}

bool has_progressed(const DeploymentStatus& before, const DeploymentStatus& after) {
  const int32_t old_before = before.replicas - before.updated_replicas;
  const int32_t old_after = after.replicas - after.updated_replicas;
  return after.updated_replicas > before.updated_replicas || old_after < old_before ||
         after.ready_replicas > before.ready_replicas || after.available_replicas > before.available_replicas ||
         after.observed_generation != before.observed_generation;
}

Json progressing_condition(const api::Resource& resource, const DeploymentStatus& status, WallTime now,
                           Outcome& outcome) {
  const Deployment& deployment = *resource.as<Deployment>();
  const Json before = find_condition(resource.body, "Progressing");
  const auto says = [&](const char* state, const char* reason, const char* what) {
    return Statement{"Progressing", state, reason, fmt::format("Deployment \"{}\" {}.", resource.metadata.name, what)};
  };
  const bool complete = status.updated_replicas == deployment.replicas && status.replicas == deployment.replicas &&
                        status.available_replicas == deployment.replicas;
  if (complete)
    return condition(before, says("True", "NewReplicaSetAvailable", "has successfully progressed"), now,
                     Touch::on_change);
  if (!before.is_object() || has_progressed(deployment.status, status))
    return condition(before, says("True", "ReplicaSetUpdated", "is progressing"), now, Touch::always);
  // Once complete, losing a pod is no failed rollout: the deadline counts only while one is under way.
  if (text_at(before, "reason") != "ReplicaSetUpdated") return before;
  const auto updated = parse_timestamp(text_at(before, "lastUpdateTime")).value_or(now);
  const WallTime deadline = updated + std::chrono::seconds(deployment.progress_deadline_seconds);
  if (now < deadline) {
    outcome.look_again_at(deadline);
    return before;
  }
  return condition(before, says("False", "ProgressDeadlineExceeded", "has timed out progressing"), now,
                   Touch::on_change);
}

}  // namespace

Json with_status(const api::Resource& resource, const std::vector<Replica>& replicas, WallTime now, Outcome& outcome) {
  const DeploymentStatus status = count(resource, replicas);
  Json json = counts_json(status);
  json["conditions"] =
      Json::array({available_condition(resource, status, now), progressing_condition(resource, status, now, outcome)});
  Json body = resource.body;
  body["status"] = std::move(json);
  return body;
}

}  // namespace weft::control
