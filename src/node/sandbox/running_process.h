// RunningProcess: a child of the agent whose end can be awaited.
#pragma once

#include "node/sandbox/child.h"
#include "runtime/signal.h"
#include "runtime/task.h"

namespace weft::node {

// Owns the child; does not end it: send(SIGKILL) and await ended() before destruction, or the kernel keeps its entry.
// Any number of waiters. One reactor.
class RunningProcess final : private runtime::EventSource {
 public:
  RunningProcess(runtime::Reactor& reactor, Child child);
  ~RunningProcess();
  RunningProcess(const RunningProcess&) = delete;
  RunningProcess& operator=(const RunningProcess&) = delete;

  runtime::Task<ExitStatus> ended();
  bool has_ended() const { return ended_.is_set(); }
  // Set when the process has ended and is reaped.
  runtime::Signal& end_signal() { return ended_; }

  void send(int signal) const;
  int pidfd() const { return child_.pidfd.get(); }

 private:
  void on_events(uint32_t events) override;

  runtime::Reactor* reactor_;
  Child child_;
  ExitStatus status_;
  runtime::Signal ended_;
};

}  // namespace weft::node
