#include "node/pods/running_process.h"

namespace weft::node {

RunningProcess::RunningProcess(runtime::Reactor& reactor, Child child)
    : child_(std::move(child)), watch_(reactor, child_.pidfd.get()) {}

runtime::Task<ExitStatus> RunningProcess::ended() {
  while (!has_ended_) {
    const auto status = reap(pidfd());
    if (status) {
      status_ = *status;
      has_ended_ = true;
    } else if (status.error().reason != Reason::unavailable) {
      has_ended_ = true;  // not our child any more: nothing can be learned about it
    } else {
      watch_.readiness().clear_readable();
      (void)co_await watch_.readable();
    }
  }
  co_return status_;
}

void RunningProcess::send(int signal) const {
  if (!has_ended_) (void)send_signal(pidfd(), signal);
}

}  // namespace weft::node
