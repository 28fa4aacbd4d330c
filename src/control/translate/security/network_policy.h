// NetworkPolicies of a pod as rules of its proxy. Pure.
#pragma once

#include <string>

#include "control/translate/security/guards.h"
#include "network_policy/pod_policy.h"

namespace weft::control::translate {

// Puts what the pod's ingress allows before all other guards, by the client's address and the port it called. The
// kernel's rules in the pod's network refuse connections; here each request is judged, so that one on a connection from
// earlier is refused, too, and a refusal is seen in logs and counters. `own_address` and loopback are the pod itself.
void guard_by_network(const network_policy::Isolation& ingress, const std::string& own_address, Guards& guards);

}  // namespace weft::control::translate
