#include "node/sandbox/running_process.h"

namespace weft::node {

RunningProcess::RunningProcess(runtime::Reactor& reactor, Child child)
    : reactor_(&reactor), child_(std::move(child)), ended_(reactor) {
  reactor_->add(pidfd(), *this);
}

RunningProcess::~RunningProcess() {
  reactor_->remove(pidfd(), *this);
}

runtime::Task<ExitStatus> RunningProcess::ended() {
  co_await ended_.wait();
  co_return status_;
}

void RunningProcess::send(int signal) const {
  if (!has_ended()) (void)send_signal(pidfd(), signal);
}

// A pidfd becomes readable once, when the process has ended.
void RunningProcess::on_events(uint32_t) {
  if (ended_.is_set()) return;
  const auto status = reap(pidfd());
  if (!status && status.error().reason == Reason::unavailable) return;
  if (status) status_ = *status;  // else not our child any more: nothing can be learned about it
  ended_.set();
}

}  // namespace weft::node
