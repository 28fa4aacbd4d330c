// A process starts its own successor (SIGHUP): the program at the path by which it was called, which may be a newer one
// by now, with the same words.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "base/error.h"

namespace weft::proxy::restart {

// `words` are the command line, the program first; it is searched for as a shell would. Descriptors without
// close-on-exec pass on, which are those that were inherited.
Result<pid_t> start_successor(const std::vector<std::string>& words);

// On SIGCHLD: takes note of children that have ended.
void reap_successors();

}  // namespace weft::proxy::restart
