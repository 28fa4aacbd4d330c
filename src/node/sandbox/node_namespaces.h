// The namespaces of the node agent: a user namespace where it is not root, and always mount and PID namespaces of its
// own. The process that the user started stays outside and waits; the agent inside is process 1, so that its end,
// however it comes, is the end of everything it started.
#pragma once

#include "base/error.h"
#include "node/sandbox/child.h"

namespace weft::node {

// What came back from enter_node_namespaces(): twice, once in each process.
struct Entered {
  bool is_agent = false;
  Child agent;  // in the outer process
};

// Forks the agent into its namespaces. It dies with the outer process (PDEATHSIG), stays in the host's network
// namespace, and is in a session of its own, so that Ctrl-C on the terminal reaches the outer process only.
Result<Entered> enter_node_namespaces();

// The outer process's life: passes SIGTERM, SIGINT and SIGHUP on to the agent and returns its exit code.
int wait_for_agent(const Child& agent);

}  // namespace weft::node
