// IssueBudget: how often one pod is given a certificate, so that a pod gone wrong costs the others nothing. Its proxy
// asks twice in a certificate's life; a hundred times more often is a fault or an attack.
#pragma once

#include <map>
#include <string>

#include "base/clock.h"

namespace weft::control {

// Control thread. Keeps nothing of pods that have not asked for a while.
class IssueBudget {
 public:
  explicit IssueBudget(const Clock& clock) : clock_(&clock) {}

  // Whether the pod may have one more now; counts it if so.
  bool take(const std::string& pod_uid);

 private:
  void forget_rested();

  const Clock* clock_;
  // When each pod's budget is whole again (GCRA, the "virtual scheduling" of ITU-T I.371): later is emptier.
  std::map<std::string, Time> whole_at_;
  size_t forget_at_ = 1024;  // so many entries are looked through next
};

}  // namespace weft::control
