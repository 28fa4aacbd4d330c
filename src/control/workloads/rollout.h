// The arithmetic of a Deployment: given its pods and what is asked for, how many to make and which to remove now. Pure;
// called again after every change, it converges without remembering anything.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "api/kubernetes/deployment.h"

namespace weft::control {

// One pod of a Deployment that is neither on its way out nor ended.
struct Replica {
  std::string name;
  bool is_current = false;   // made from the template as it is now
  bool has_started = false;  // weft-node has given it an address
  bool is_ready = false;
  bool is_available = false;  // ready for minReadySeconds
  int32_t restarts = 0;
  std::string created;  // RFC 3339: order of text is order of time
};

// What to do now.
struct RolloutStep {
  int32_t create = 0;
  std::vector<std::string> remove;  // names
};

// `leaving`: pods of the Deployment that are on their way out; only the strategy Recreate waits for them.
// A Deployment that is paused changes its number of pods but replaces none. Pods made while it is paused follow the
// new template, since the old one is kept nowhere.
RolloutStep plan_rollout(const api::kubernetes::Deployment& deployment, const std::vector<Replica>& replicas,
                         int32_t leaving);

// How many pods must stay available during a rolling update (spec.strategy.rollingUpdate.maxUnavailable; where both
// bounds come to zero, one may be missing, else nothing could ever move).
int32_t available_min(const api::kubernetes::Deployment& deployment);

}  // namespace weft::control
