// What NetworkPolicies come to in a pod's network namespace, as text for nft(8). Pure.
#pragma once

#include <string>

#include "network_policy/pod_policy.h"

namespace weft::node {

// Replaces the rules given before in one step; a policy that isolates nothing leaves no table. Whoever opened a
// connection decides which of its packets are judged: the answers to what was let pass pass, too. What is refused is
// refused at once, not dropped. Judged on the way in is the packet before capture, with the port that the client
// dialled; on the way out what leaves the pod, behind capture and service addresses. The pod's own loopback is not
// looked at: probes, sidecar and name server are there.
std::string policy_rules(const network_policy::PodPolicy& policy);

}  // namespace weft::node
