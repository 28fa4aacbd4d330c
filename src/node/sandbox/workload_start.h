// The way of a workload into its confinement, from the first fork to exec. All of it runs in processes of its own that
// block as they like and end in exec or _exit; nothing here may touch the agent's reactor.
#pragma once

#include "node/sandbox/pod_sandbox.h"

namespace weft::node {

// For a child that is in the pod's PID namespace already. Sends "ok" with the pidfd of `weft-node init` on `control`,
// or a sentence; the init process is the agent's child, not ours.
[[noreturn]] void start_confined(int holder, const ProcessPlan& plan, int program, int control);

// For a child in the agent's namespaces: starts the plan's command beside a running workload, in the same way.
[[noreturn]] void start_beside(int workload, const ProcessPlan& plan, int control);

// Moves this process into all namespaces of a workload; its children are in the PID namespace, too. Works from outside
// of the mesh's user namespace for the user who made it. Single-threaded callers only.
Result<> join_workload(int workload);

// What a workload may not see or do is settled here: nested user namespace, hidden folder. As root where no user
// namespace can be made, its absence is made up for by dropping all capabilities later.
Result<> confine(const std::string& hidden_folder);

// Standard input, output and error of a process in a pod. Closes everything else at exec but `inherited`.
void connect_output(int output, const std::vector<int>& inherited);

}  // namespace weft::node
