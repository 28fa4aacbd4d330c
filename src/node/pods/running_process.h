// RunningProcess: a child of the agent whose end can be awaited.
#pragma once

#include "node/sandbox/child.h"
#include "runtime/readiness.h"
#include "runtime/task.h"

namespace weft::node {

// Owns the child: await ended() before destruction, or the kernel keeps its entry. One reactor; one waiter.
class RunningProcess {
 public:
  RunningProcess(runtime::Reactor& reactor, Child child);

  // Waits for the end and reaps; the status again when asked again.
  runtime::Task<ExitStatus> ended();
  bool has_ended() const { return has_ended_; }

  void send(int signal) const;
  int pidfd() const { return child_.pidfd.get(); }

 private:
  Child child_;
  runtime::FdWatch watch_;
  ExitStatus status_;
  bool has_ended_ = false;
};

}  // namespace weft::node
