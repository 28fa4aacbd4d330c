#include "control/workloads/deployments.h"

#include "base/strings.h"
#include "control/store/json_access.h"
#include "control/store/object_json.h"
#include "control/workloads/defaults.h"
#include "control/workloads/deployment_status.h"
#include "control/workloads/injection.h"
#include "control/workloads/removal.h"
#include "control/workloads/rollout.h"
#include "control/workloads/timestamp.h"

namespace weft::control {
namespace {

using api::Json;
using api::kubernetes::Deployment;
using api::kubernetes::Pod;

// Which template the Deployment's revision number stands for. Kubernetes reads that from its ReplicaSets.
constexpr char kHashAnnotation[] = "weft.dev/template-hash";

// The pods of one Deployment.
struct Pods {
  std::vector<Replica> replicas;
  int32_t leaving = 0;
  std::vector<const Known*> ended;  // processes that came to an end of their own: to be replaced
};

WallTime ready_since(const Pod& pod, WallTime otherwise) {
  for (const auto& condition : pod.status.conditions)
    if (condition.type == "Ready") return parse_timestamp(condition.last_transition_time).value_or(otherwise);
  return otherwise;
}

Replica replica_of(const Known& known, const Deployment& deployment, const std::string& hash, WallTime now,
                   Outcome& outcome) {
  const Pod& pod = *known.resource.as<Pod>();
  const api::Metadata& metadata = known.resource.metadata;
  const auto label = metadata.labels.find(kTemplateHashLabel);
  Replica replica;
  replica.name = metadata.name;
  replica.is_current = label != metadata.labels.end() && label->second == hash;
  replica.has_started = !pod.status.pod_ip.empty();
  replica.is_ready = pod.is_ready();
  replica.created = metadata.creation_timestamp;
  for (const auto& status : pod.status.container_statuses) replica.restarts += status.restart_count;
  if (!replica.is_ready) return replica;
  const WallTime available_at = ready_since(pod, now) + std::chrono::seconds(deployment.min_ready_seconds);
  replica.is_available = available_at <= now || deployment.min_ready_seconds == 0;
  if (!replica.is_available) outcome.look_again_at(available_at);
  return replica;
}

Pods pods_of(const World& world, const api::Resource& owner, const std::string& hash, WallTime now, Outcome& outcome) {
  Pods pods;
  for (const Key& key : world.dependents(owner.metadata.uid)) {
    const Known& known = *world.find(key);
    const Pod* pod = known.resource.as<Pod>();
    if (pod == nullptr) continue;
    if (is_terminating(known.resource)) {
      pods.leaving += 1;
    } else if (pod->status.phase == "Succeeded" || pod->status.phase == "Failed") {
      pods.ended.push_back(&known);
    } else {
      pods.replicas.push_back(replica_of(known, *owner.as<Deployment>(), hash, now, outcome));
    }
  }
  return pods;
}

Json template_of(const api::Resource& deployment) {
  const Json* found = member(deployment.body, "spec", "template");
  return found != nullptr ? *found : Json::object();
}

Write new_pod(const World& world, const api::Resource& owner, const std::string& hash, const Moment& moment) {
  Json body = template_of(owner);
  Json metadata = Json::object();
  for (const char* copied : {"labels", "annotations", "finalizers"})
    if (const Json* given = member(body, "metadata", copied)) metadata[copied] = *given;
  metadata["name"] = name_with_suffix(owner.metadata.name, hash + "-" + random_suffix(*moment.random));
  metadata["namespace"] = owner.metadata.namespace_name;
  metadata["labels"][kTemplateHashLabel] = hash;
  metadata["ownerReferences"] = {{{"apiVersion", "apps/v1"},
                                  {"kind", "Deployment"},
                                  {"name", owner.metadata.name},
                                  {"uid", owner.metadata.uid},
                                  {"controller", true},
                                  {"blockOwnerDeletion", true}}};
  body["apiVersion"] = "v1";
  body["kind"] = "Pod";
  body["metadata"] = std::move(metadata);
  stamp_new(body, moment);
  fill_defaults(*api::find_kind("v1", "Pod"), body);
  note_injection(labels_of_namespace(world, owner.metadata.namespace_name), body);
  Key key{std::string(kPods), owner.metadata.namespace_name, body["metadata"]["name"]};
  return {std::move(key), Revision{}, encode(std::move(body))};
}

// Counts the templates a Deployment has had.
void note_revision(Json& body, const std::string& hash) {
  Json& annotations = object_in(body["metadata"], "annotations");
  if (text_at(annotations, kHashAnnotation) == hash) return;
  const auto revision = parse_unsigned(text_at(annotations, kRevisionAnnotation)).value_or(0);
  annotations[kHashAnnotation] = hash;
  annotations[kRevisionAnnotation] = std::to_string(revision + 1);
}

void write_pods(const World& world, const Known& owner, const Pods& pods, const std::string& hash, const Moment& moment,
                Outcome& outcome) {
  const auto remove = [&](const Known& known) {
    if (auto write = removal(known, moment)) outcome.writes.push_back(*std::move(write));
  };
  const RolloutStep step = plan_rollout(*owner.resource.as<Deployment>(), pods.replicas, pods.leaving);
  for (const std::string& name : step.remove)
    remove(*world.find({std::string(kPods), owner.resource.metadata.namespace_name, name}));
  for (const Known* ended : pods.ended) remove(*ended);
  for (int32_t i = 0; i < step.create; ++i) outcome.writes.push_back(new_pod(world, owner.resource, hash, moment));
}

}  // namespace

Outcome tend_deployment(const World& world, const Key& key, const Moment& moment) {
  const Known* known = world.find(key);
  if (known == nullptr || is_terminating(known->resource)) return {};
  Outcome outcome;
  const std::string hash = content_hash(template_of(known->resource).dump());
  const Pods pods = pods_of(world, known->resource, hash, moment.now, outcome);
  write_pods(world, *known, pods, hash, moment, outcome);
  Json body = with_status(known->resource, pods.replicas, moment.now, outcome);
  note_revision(body, hash);
  if (body != known->resource.body) outcome.writes.push_back({key, known->revision, encode(std::move(body))});
  return outcome;
}

}  // namespace weft::control
