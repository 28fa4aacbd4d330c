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
// How often it is asked which process serves, while another is to follow.
constexpr Duration kAskForEpoch = std::chrono::milliseconds(20);
// What a successor that took too long gets to end by itself.
constexpr Duration kSuccessorGrace = std::chrono::seconds(2);

}  // namespace

Supervisor::Supervisor(runtime::Reactor& reactor, std::string title, std::string log_path, Supervised& program)
    : reactor_(&reactor),
      title_(std::move(title)),
      program_(&program),
      log_(std::move(log_path), reactor.clock()),
      gate_(reactor),
      beside_(reactor),
      stopping_(reactor),
      vacant_(reactor),
      succession_(reactor),
      ready_(reactor) {}

void Supervisor::start() {
  runtime::spawn(gate_, run());
}

runtime::Task<void> Supervisor::stop(Duration grace) {
  stopping_.set();
  if (in_charge_) in_charge_->send(SIGTERM);
  if (successor_) successor_->send(SIGTERM);
  if (!co_await gate_.close(reactor_->now() + grace)) {
    for (const auto* process : processes_) process->send(SIGKILL);
    co_await gate_.close();
  }
}

runtime::Task<void> Supervisor::run() {
  while (!stopping_.is_set()) {
    ran_ = Duration::zero();
    const auto launched = launch();
    if (launched) {
      in_charge_ = *launched;
      vacant_.reset();
      runtime::spawn(beside_, watch_readiness());
      co_await vacant_.wait();
      co_await beside_.close();
    } else {
      log::error("{} can't be started: {}", title_, launched.error().detail);
    }
    if (stopping_.is_set()) co_return;
    const Duration pause = backoff_.next_pause(ran_);
    if (pause > Duration::zero()) {
      set_ready(false);
      co_await stopping_.wait(reactor_->now() + pause);
    }
    ++restart_count_;
  }
}

Result<SupervisedProcess*> Supervisor::launch() {
  WEFT_TRY(auto pipe, make_output_pipe());
  WEFT_TRY(auto child, program_->launch(pipe.writing.get()));
  auto process = std::make_unique<SupervisedProcess>(*reactor_, std::move(child), std::move(pipe.reading), log_);
  SupervisedProcess* const launched = process.get();
  processes_.push_back(launched);
  runtime::spawn(gate_, attend(std::move(process)));
  return launched;
}

runtime::Task<void> Supervisor::attend(std::unique_ptr<SupervisedProcess> process) {
  const ExitStatus status = co_await process->ended();
  std::erase(processes_, process.get());
  note_end(*process, status);
}

void Supervisor::note_end(const SupervisedProcess& process, ExitStatus status) {
  if (&process == successor_) {
    successor_ = nullptr;
    successors_end_ = {Reason::unavailable, process.last_line()};
    if (process.last_line().empty()) successors_end_.detail = "it ended with " + std::to_string(status.shell_code());
    succession_.set();
  } else if (&process != in_charge_) {
    log::info("{}: the process that was followed has ended", title_);
  } else if (successor_ && status.shell_code() == 0) {
    succeed();  // it has been followed, and had nothing left to finish
  } else {
    if (!stopping_.is_set()) log::warn("{} ended with {}; starting it again", title_, status.shell_code());
    // One that ends in order may have been followed by a process that it started itself (SIGHUP): its pages will tell.
    if (status.shell_code() != 0) set_ready(false);
    lose_charge();
  }
}

void Supervisor::succeed() {
  in_charge_ = std::exchange(successor_, nullptr);
  succession_.set();
}

// A successor that is on its way has the sockets already, and serves when it is ready.
void Supervisor::lose_charge() {
  ran_ = reactor_->now() - in_charge_->started();
  succeed();
  if (!in_charge_) return vacant_.set();
  ++restart_count_;
}

runtime::Task<Result<Replacement>> Supervisor::replace(Time deadline) {
  const runtime::Gate::Pass pass = gate_.enter();
  if (successor_) co_return fail(Reason::conflict, "another process is to follow it already");
  const auto before = co_await program_->epoch();
  if (successor_) co_return fail(Reason::conflict, "another process is to follow it already");
  if (!before || !in_charge_ || stopping_.is_set()) {
    co_return fail(Reason::unavailable, "none of its processes serves at the moment");
  }
  successors_end_ = {};
  WEFT_CO_TRY(successor_, launch());
  auto done = co_await await_takeover(*before, deadline);
  if (done) co_return done;
  co_await give_up_successor();
  // In the end one of the two has the doors. Where the old one had given them away before the new one died, a third
  // opens them again.
  if (in_charge_ && !stopping_.is_set() && !co_await program_->epoch() && in_charge_) lose_charge();
  if (in_charge_) done.error().detail += "; process " + std::to_string(pid()) + " goes on";
  co_return done;
}

// Where the old one has ended, whoever serves is the new one, which is in charge by then.
runtime::Task<Result<Replacement>> Supervisor::await_takeover(uint32_t before, Time deadline) {
  Replacement done{.old_pid = pid(), .new_pid = successor_->pid()};
  while (!stopping_.is_set() && (successor_ || pid() == done.new_pid)) {
    succession_.reset();
    const auto now = co_await program_->epoch();
    if (now && (successor_ ? *now > before : pid() == done.new_pid)) {
      if (successor_) succeed();
      ++replacement_count_;
      done.epoch = *now;
      log::info("{}: process {} follows {}, as number {} of its line", title_, done.new_pid, done.old_pid, done.epoch);
      program_->on_readiness_changed();
      co_return done;
    }
    if (reactor_->now() >= deadline) {
      const auto* const late = successor_ ? successor_ : in_charge_;
      const std::string said = late && !late->last_line().empty() ? ": " + late->last_line() : "";
      co_return fail(Reason::timed_out, "the new process was not ready in time" + said);
    }
    co_await succession_.wait(std::min(deadline, reactor_->now() + kAskForEpoch));
  }
  if (stopping_.is_set()) co_return fail(Reason::cancelled, "the pod ends");
  if (successors_end_.detail.empty()) co_return fail(Reason::unavailable, "both processes have ended");
  co_return fail(successors_end_);
}

// Asked to end, one that waits for its configuration follows nobody any more.
runtime::Task<void> Supervisor::give_up_successor() {
  const Time limit = reactor_->now() + kSuccessorGrace;
  if (successor_) successor_->send(SIGTERM);
  while (successor_) {
    if (reactor_->now() >= limit) successor_->send(SIGKILL);
    succession_.reset();
    co_await succession_.wait(std::max(limit, reactor_->now() + kAskForEpoch));
  }
}

std::vector<pid_t> Supervisor::draining() const {
  std::vector<pid_t> pids;
  for (const auto* process : processes_) {
    if (process != in_charge_ && process != successor_) pids.push_back(process->pid());
  }
  return pids;
}

runtime::Task<void> Supervisor::watch_readiness() {
  Duration pause = kAskFirst;
  while (!vacant_.is_set()) {
    const bool answers = co_await program_->answers();
    if (vacant_.is_set()) co_return;
    set_ready(answers);
    pause = answers ? kAskReady : std::min(pause * 2, kAskLongest);
    co_await vacant_.wait(reactor_->now() + pause);
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
