#include "control/workloads/removal.h"

#include "control/store/object_json.h"
#include "control/workloads/timestamp.h"

namespace weft::control {
namespace {

using api::Json;

bool may_be_running(const api::kubernetes::Pod& pod) {
  return !pod.spec.node_name.empty() || !pod.status.pod_ip.empty() || !pod.status.start_time.empty() ||
         !pod.status.container_statuses.empty();
}

// The marked object. A Namespace also says so in its phase.
Json marked(const Known& known, const Moment& moment, int64_t grace_seconds) {
  Json body = known.resource.body;
  Json& metadata = body["metadata"];
  metadata["deletionTimestamp"] = timestamp(moment.now + std::chrono::seconds(grace_seconds));
  metadata["deletionGracePeriodSeconds"] = grace_seconds;
  metadata["generation"] = known.resource.metadata.generation + 1;
  if (known.resource.kind->kind == "Namespace") body["status"]["phase"] = "Terminating";
  return body;
}

// How long the object has to end; nothing when it needs no end of its own.
std::optional<int64_t> own_grace(const api::Resource& resource, std::optional<int64_t> wanted) {
  if (const auto* pod = resource.as<api::kubernetes::Pod>()) {
    if (wanted == 0 || !may_be_running(*pod)) return std::nullopt;
    return wanted.value_or(pod->spec.termination_grace_period_seconds);
  }
  if (resource.kind->kind == "Namespace") return 0;
  return std::nullopt;
}

}  // namespace

std::optional<Write> removal(const Known& known, const Moment& moment, std::optional<int64_t> grace_seconds) {
  const api::Resource& resource = known.resource;
  auto grace = own_grace(resource, grace_seconds);
  if (!grace && !resource.metadata.finalizers.empty()) grace = 0;
  if (!grace) return Write{key_of(resource), known.revision, ""};
  // A second deletion may shorten the time a Pod has left, never lengthen it (Kubernetes does the same).
  if (is_terminating(resource) && *grace >= resource.metadata.deletion_grace_period_seconds) return std::nullopt;
  return Write{key_of(resource), known.revision, encode(marked(known, moment, *grace))};
}

}  // namespace weft::control
