// PodIsolation: what NetworkPolicies leave one pod, kept in force: rules in its network, and a word to the agent for
// what leaves the mesh by it.
#pragma once

#include <memory>

#include "network_policy/world.h"
#include "node/broker/egress_policy.h"
#include "node/isolation/kept_rules.h"

namespace weft::node {

// The world, and whom of it this is about. `itself` is how the pod is seen until the world has heard of it.
struct IsolatedPod {
  const network_policy::World* world = nullptr;
  std::string key;  // "namespace/name"
  network_policy::Pod itself;
};

// For one sandbox. One reactor. stop() before destruction; world, holder and `egress` outlive it.
class PodIsolation {
 public:
  // Returns when the pod is isolated as policies want it: nothing may run in it before.
  static runtime::Task<Result<std::unique_ptr<PodIsolation>>> start(runtime::Reactor& reactor, Holder& holder,
                                                                    IsolatedPod pod, PodEgress& egress);
  runtime::Task<void> stop() { return rules_.stop(); }

  // Some policy, or whom it means, has changed.
  void on_policies_changed() { rules_.on_change(); }

 private:
  PodIsolation(runtime::Reactor& reactor, Holder& holder, IsolatedPod pod, PodEgress& egress);
  std::string render();

  IsolatedPod pod_;
  PodEgress* egress_;
  KeptRules rules_;
};

}  // namespace weft::node
