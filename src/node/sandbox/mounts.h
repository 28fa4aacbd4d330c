// The mounts of a pod: what its applications see of the machine's files. Everything happens in mount namespaces of the
// mesh's own; the host's is never changed. Blocking system calls, for processes on their way into a sandbox.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace weft::node {

// From here on nothing mounted in this mount namespace shows outside of it; what the host mounts still shows here.
Result<> detach_mounts();

// Puts `file` over `target` (a file that exists, perhaps behind a symbolic link). Without a target: nothing is done.
Result<> cover_file(const std::string& file, const std::string& target);

// Makes a folder look empty and closed to everyone. Without such a folder: nothing is done.
Result<> hide_folder(const std::string& folder);

// A /proc of this PID namespace. Where the kernel forbids it (a container that covers parts of /proc) the old one
// stays.
void mount_own_proc();

}  // namespace weft::node
