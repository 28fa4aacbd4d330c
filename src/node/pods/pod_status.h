// The status of a Pod as Kubernetes writes it, from what the agent knows about its processes. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/tree.h"
#include "base/clock.h"
#include "node/sandbox/child.h"

namespace weft::node {

// How a container's process last ended.
struct Termination {
  ExitStatus status;
  WallTime started_at;
  WallTime finished_at;
};

// One container. Not running and not ended: it waits, for `reason`.
struct ContainerState {
  std::string name;
  std::string image;
  bool is_running = false;
  bool is_ready = false;
  bool has_started = false;  // its startup probe, if any, has succeeded
  bool is_done = false;      // ended and, by the restart policy, not started again
  std::string reason = "ContainerCreating";
  std::string message;
  WallTime started_at;
  int restart_count = 0;
  std::optional<Termination> last;
};

// What is known of a pod.
struct PodState {
  std::string pod_ip;  // empty until the sandbox stands
  std::string host_ip;
  WallTime started_at;
  bool has_sidecar = false;
  bool sidecar_is_ready = false;
  std::string failure;  // why there is no sandbox; empty when there is one
  std::vector<ContainerState> containers;
};

// Pending, Running, Succeeded or Failed.
std::string_view phase_of(const PodState& pod);

// Every container's process is ready and so is the sidecar.
bool is_ready(const PodState& pod);

// The object's `status`. Conditions keep the lastTransitionTime of `before` (a status written earlier) where they still
// hold.
api::Json to_status(const PodState& pod, const api::Json& before, WallTime now);

// "2026-11-23T15:51:00Z"
std::string to_rfc3339(WallTime time);

}  // namespace weft::node
