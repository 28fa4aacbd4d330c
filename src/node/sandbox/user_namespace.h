// User namespaces: the outer one, which makes an ordinary user root over the mesh's own namespaces, and the nested one,
// in which a workload has its real user id and no power over its pod. Blocking system calls; single-threaded callers
// only.
#pragma once

#include <sys/types.h>

#include "base/error.h"

namespace weft::node {

// Moves this process into a new user namespace where `inside` is the only user (and group), standing for the caller's.
Result<> enter_user_namespace(uid_t inside_uid, gid_t inside_gid);

// The user that a process of this mesh really is, on the host: what uid 0 of the outer namespace stands for. The
// identity when there is no outer namespace.
uid_t real_uid();
gid_t real_gid();

// Gives up every capability for good, also for programs that are executed later (no_new_privs, prctl(2)).
Result<> drop_privileges();

// The same, but root in this namespace keeps CAP_NET_ADMIN through exec: what a sidecar needs to mark its sockets.
Result<> keep_network_privilege();

// Whether this process could make namespaces and wire networks without a user namespace of its own.
bool has_root_privileges();

}  // namespace weft::node
