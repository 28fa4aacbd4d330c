#include "control/workloads/rollout.h"

#include <algorithm>
#include <tuple>

namespace weft::control {
namespace {

using api::kubernetes::Deployment;
using PodList = std::vector<const Replica*>;

int32_t size(const PodList& pods) {
  return static_cast<int32_t>(pods.size());
}

int32_t count_available(const PodList& pods) {
  return static_cast<int32_t>(std::count_if(pods.begin(), pods.end(), [](auto* pod) { return pod->is_available; }));
}

// Those that are missed least come first: not started, not ready, restarting, young.
void sort_by_worth(PodList& pods) {
  const auto worth = [](const Replica* pod) { return std::tuple(pod->has_started, pod->is_ready, pod->is_available); };
  std::sort(pods.begin(), pods.end(), [&](const Replica* a, const Replica* b) {
    if (worth(a) != worth(b)) return worth(a) < worth(b);
    return std::tie(b->restarts, b->created, b->name) < std::tie(a->restarts, a->created, a->name);
  });
}

void remove_first(PodList& pods, int32_t count, RolloutStep& step) {
  sort_by_worth(pods);
  for (int32_t i = 0; i < std::min(count, size(pods)); ++i) step.remove.push_back(pods[static_cast<size_t>(i)]->name);
}

int32_t surge_max(const Deployment& deployment) {
  return deployment.strategy.rolling_update.max_surge.of(deployment.replicas, true);
}

// Which old pods may go: those that serve nobody first, then as many as there are available pods to spare.
void remove_old(const Deployment& deployment, const PodList& current, const PodList& old, RolloutStep& step) {
  const int32_t floor = available_min(deployment);
  const int32_t coming = size(current) - count_available(current);
  const int32_t total = size(current) + size(old);
  const int32_t idle_removable = std::max(0, total - floor - coming);
  const int32_t removable = std::max(0, count_available(current) + count_available(old) - floor);
  PodList idle, serving;
  for (const Replica* pod : old) (pod->is_available ? serving : idle).push_back(pod);
  remove_first(idle, idle_removable, step);
  remove_first(serving, removable, step);
}

RolloutStep roll(const Deployment& deployment, PodList current, const PodList& old) {
  RolloutStep step;
  const int32_t wanted = deployment.replicas;
  const int32_t missing = wanted - size(current);
  const int32_t room = wanted + surge_max(deployment) - size(current) - size(old);
  step.create = std::max(0, old.empty() ? missing : std::min(missing, room));
  if (missing < 0) remove_first(current, -missing, step);
  if (!old.empty()) remove_old(deployment, current, old, step);
  return step;
}

RolloutStep recreate(const Deployment& deployment, PodList current, PodList old, int32_t leaving) {
  RolloutStep step;
  const int32_t missing = deployment.replicas - size(current);
  if (missing < 0) remove_first(current, -missing, step);
  remove_first(old, size(old), step);
  if (old.empty() && leaving == 0) step.create = std::max(0, missing);
  return step;
}

RolloutStep only_scale(const Deployment& deployment, PodList all) {
  RolloutStep step;
  const int32_t missing = deployment.replicas - size(all);
  step.create = std::max(0, missing);
  remove_first(all, -missing, step);
  return step;
}

}  // namespace

int32_t available_min(const Deployment& deployment) {
  if (deployment.strategy.type != "RollingUpdate") return deployment.replicas;
  int32_t missing_max = deployment.strategy.rolling_update.max_unavailable.of(deployment.replicas, false);
  if (missing_max == 0 && surge_max(deployment) == 0) missing_max = 1;
  return std::max(0, deployment.replicas - missing_max);
}

RolloutStep plan_rollout(const Deployment& deployment, const std::vector<Replica>& replicas, int32_t leaving) {
  PodList current, old, all;
  for (const Replica& replica : replicas) {
    (replica.is_current ? current : old).push_back(&replica);
    all.push_back(&replica);
  }
  if (deployment.paused) return only_scale(deployment, std::move(all));
  if (deployment.strategy.type == "Recreate") {
    // Nobody asked to replace anything when only a scaled-down pod of this template is leaving.
    const bool replaces = !old.empty();
    return recreate(deployment, std::move(current), std::move(old), replaces || current.empty() ? leaving : 0);
  }
  return roll(deployment, std::move(current), old);
}

}  // namespace weft::control
