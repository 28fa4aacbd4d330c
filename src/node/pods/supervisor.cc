#include "node/pods/supervisor.h"

#include <algorithm>
#include <utility>

#include <signal.h>

#include "base/log.h"

namespace weft::node {
namespace {

// How often one that is not ready yet is asked, and one that is.
constexpr Duration kAskFirst = std::chrono::milliseconds(5);
constexpr Duration kAskLongest = std::chrono::milliseconds(100);
constexpr Duration kAskReady = std::chrono::seconds(2);

}  // namespace

Supervisor::Supervisor(runtime::Reactor& reactor, std::string title, std::string log_path, Supervised& program)
    : reactor_(&reactor),
      title_(std::move(title)),
      program_(&program),
      log_(std::move(log_path)),
      gate_(reactor),
      beside_(reactor),
      stopping_(reactor),
      ready_(reactor) {}

void Supervisor::start() {
  runtime::spawn(gate_, run());
}

runtime::Task<void> Supervisor::stop(Duration grace) {
  stopping_.set();
  if (process_) process_->send(SIGTERM);
  if (!co_await gate_.close(reactor_->now() + grace)) {
    if (process_) process_->send(SIGKILL);
    co_await gate_.close();
  }
}

runtime::Task<void> Supervisor::run() {
  while (!stopping_.is_set()) {
    const Duration ran = co_await run_once();
    if (stopping_.is_set()) co_return;
    const Duration pause = backoff_.next_pause(ran);
    if (pause > Duration::zero()) co_await stopping_.wait(reactor_->now() + pause);
    ++restart_count_;
  }
}

runtime::Task<Duration> Supervisor::run_once() {
  auto pipe = make_output_pipe();
  auto child = pipe ? program_->launch(pipe->writing.get()) : Result<Child>(fail(pipe.error()));
  if (!child) {
    log::error("{} can't be started: {}", title_, child.error().detail);
    co_return Duration::zero();
  }
  pipe->writing.reset();
  const Time started = reactor_->now();
  process_ = std::make_unique<RunningProcess>(*reactor_, std::move(*child));
  runtime::spawn(beside_, collect_output(std::move(pipe->reading)));
  runtime::spawn(beside_, watch_readiness());
  const ExitStatus status = co_await process_->ended();
  set_ready(false);
  if (!stopping_.is_set()) log::warn("{} ended with {}; starting it again", title_, status.shell_code());
  const Duration ran = reactor_->now() - started;
  co_await beside_.close();
  process_.reset();
  co_return ran;
}

runtime::Task<void> Supervisor::collect_output(net::Fd reading) {
  runtime::FdWatch watch(*reactor_, reading.get());
  co_await pump_output(watch, reading.get(), log_);
}

runtime::Task<void> Supervisor::watch_readiness() {
  Duration pause = kAskFirst;
  while (!process_->has_ended()) {
    const bool answers = co_await program_->answers();
    if (process_->has_ended()) co_return;
    set_ready(answers);
    pause = answers ? kAskReady : std::min(pause * 2, kAskLongest);
    co_await process_->end_signal().wait(reactor_->now() + pause);
    if (answers) pause = kAskFirst;
  }
}

void Supervisor::set_ready(bool is_ready) {
  if (ready_.is_set() == is_ready) return;
  if (is_ready) {
    ready_.set();
  } else {
    ready_.reset();
  }
  program_->on_readiness_changed();
}

}  // namespace weft::node
