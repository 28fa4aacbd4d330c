#include "node/isolation/pod_isolation.h"

#include "node/capture/policy_rules.h"

namespace weft::node {

PodIsolation::PodIsolation(runtime::Reactor& reactor, Holder& holder, IsolatedPod pod, PodEgress& egress)
    : pod_(std::move(pod)),
      egress_(&egress),
      rules_(reactor, rules_of(reactor, holder),
             {"NetworkPolicies of " + pod_.key, [this] { return render(); }, policy_rules({})}) {}

runtime::Task<Result<std::unique_ptr<PodIsolation>>> PodIsolation::start(runtime::Reactor& reactor, Holder& holder,
                                                                         IsolatedPod pod, PodEgress& egress) {
  std::unique_ptr<PodIsolation> isolation(new PodIsolation(reactor, holder, std::move(pod), egress));
  WEFT_CO_CHECK(co_await isolation->rules_.start());
  co_return isolation;
}

std::string PodIsolation::render() {
  auto policy = pod_.world->knows(pod_.key) ? pod_.world->policy_of(pod_.key) : pod_.world->policy_of(pod_.itself);
  std::string rules = policy_rules(policy);
  egress_->isolate(std::move(policy.egress));
  return rules;
}

}  // namespace weft::node
