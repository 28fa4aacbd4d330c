// The main function of `weft-node init`: process 1 of a workload's PID namespace. Runs without any privilege.
#pragma once

#include <string>
#include <vector>

namespace weft::node {

// Runs the command as a child, passes termination signals on to it, reaps orphans, and returns with the command's
// status (127: not found, 126: can't be executed, 128+n: ended by signal n). The kernel then ends what is left in the
// namespace. Without a command: waits until it is told to end.
int run_init(const std::vector<std::string>& command);

// Replaces this process by the command, looked for in PATH; tells on standard error why it could not. Returns 126 or
// 127.
int run_command(const std::vector<std::string>& command);

}  // namespace weft::node
