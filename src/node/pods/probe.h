// Probes: one question to a container, asked from inside its pod so that capture and sidecar are not in between.
#pragma once

#include <string>

#include "api/kubernetes/pod.h"
#include "node/sandbox/pod_sandbox.h"

namespace weft::node {

// Whom to ask. References outlive the question.
struct ProbeTarget {
  PodSandbox* sandbox = nullptr;
  net::IpAddress pod_ip;
  const api::kubernetes::Container* container = nullptr;
  int workload = -1;                  // pidfd of the container's `weft-node init`
  const ProcessPlan* plan = nullptr;  // environment and working folder for exec probes
};

// The container's port of that name or number; `invalid` where there is none.
Result<uint16_t> resolve_port(const api::kubernetes::PortReference& port, const api::kubernetes::Container& container);

// Kubernetes' default is no question at all. Weft's: the first TCP port that the container declares takes a connection.
std::optional<api::kubernetes::Probe> default_probe(const api::kubernetes::Container& container);

// Asks once, within the probe's timeout. An HTTP status from 200 to 399, an accepted connection, exit code 0 or gRPC's
// SERVING is success.
runtime::Task<Result<>> ask_probe(runtime::Reactor& reactor, const ProbeTarget& target,
                                  const api::kubernetes::Probe& probe);

}  // namespace weft::node
