// Child processes of the node agent: forked into the namespaces that are asked for, and known by pidfd, so that a
// number that was given to another process in the meantime is never signalled. The agent has one thread; so has every
// caller here.
#pragma once

#include <cstdint>

#include <sys/types.h>

#include "base/error.h"
#include "net/fd.h"

namespace weft::node {

// A child of this process. Closing the descriptor neither ends nor reaps it. A value that moves.
struct Child {
  pid_t pid = 0;  // in the caller's PID namespace
  net::Fd pidfd;
};

// How a process ended, as a shell tells it: the exit code, or 128 and the signal's number.
struct ExitStatus {
  int code = 0;
  int signal = 0;  // 0: it ended by itself

  int shell_code() const { return signal != 0 ? 128 + signal : code; }
};

// fork() that takes namespace flags of clone(2). In the child (`is_child`) all signals have their default effect and
// none is blocked; it must end in exec or _exit, never return to a reactor.
struct Forked {
  bool is_child = false;
  Child child;  // in the parent
};
Result<Forked> fork_into(uint64_t clone_flags);

// The same, with the child in the PID namespace of `of_process` while its parent is still the caller.
Result<Forked> fork_into_pid_namespace(int of_process, uint64_t clone_flags);

// The status of a child that has ended (its pidfd is readable); nothing while it runs. Reaps it: call once.
Result<ExitStatus> reap(int pidfd);

// ESRCH is no error: the process has ended already.
Result<> send_signal(int pidfd, int signal);

// The process number as seen on the host (in the /proc that is mounted here), for people and `ps`; 0 when unknown.
pid_t host_pid(int pidfd);

// Opens a pidfd on this very process.
Result<net::Fd> open_own_pidfd();

// Marks every descriptor from `first` on to be closed by exec.
void close_on_exec_from(int first);

}  // namespace weft::node
