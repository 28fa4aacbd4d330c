#include "node/pods/container_run.h"

#include <algorithm>
#include <utility>

#include <signal.h>

#include "base/log.h"

namespace weft::node {
namespace {

using api::kubernetes::Probe;

// A sandboxed start takes about 10 ms; this is for a machine that is out of its mind.
constexpr auto kStartLimit = std::chrono::seconds(30);
// How often a container that has never been ready is asked: sooner than Kubernetes would, as nobody is served
// meanwhile.
constexpr Duration kFirstProbes = std::chrono::milliseconds(20);
constexpr Duration kFirstProbesLongest = std::chrono::milliseconds(500);
// How soon a start that failed for want of a command or a folder is tried again.
constexpr Duration kConfigRetry = std::chrono::milliseconds(500);

Duration seconds_of(int32_t count) {
  return std::chrono::seconds(std::max(0, count));
}

// As kubelet says it; images are commands here.
const char* start_failure_reason(Reason reason) {
  switch (reason) {
    case Reason::not_found:
      return "ImageCommandMissing";
    case Reason::invalid:
      return "CreateContainerConfigError";
    default:
      return "CreateContainerError";
  }
}

}  // namespace

ContainerRun::ContainerRun(ContainerPlace place, const api::kubernetes::Container& container, ContainerHost& host)
    : place_(std::move(place)),
      container_(&container),
      host_(&host),
      state_{.name = container.name, .image = container.image},
      log_(place_.log_path, place_.reactor->clock()),
      gate_(*place_.reactor),
      probes_(*place_.reactor),
      stopping_(*place_.reactor),
      process_ended_(*place_.reactor) {}

void ContainerRun::start() {
  runtime::spawn(gate_, run());
}

runtime::Task<void> ContainerRun::stop(Duration grace) {
  stopping_.set();
  if (process_) process_->send(SIGTERM);
  if (!co_await gate_.close(place_.reactor->now() + grace)) {
    if (process_) process_->send(SIGKILL);
    co_await gate_.close();
  }
}

runtime::Task<void> ContainerRun::run() {
  while (!stopping_.is_set() && !state_.is_done) {
    Duration pause = kConfigRetry;
    const auto started = co_await start_process();
    if (started) {
      co_await run_once();
      pause = backoff_.next_pause(place_.reactor->now() - started_);
    } else {
      note_start_failure(started.error());
    }
    if (state_.is_done) break;
    if (pause > Duration::zero()) co_await stopping_.wait(place_.reactor->now() + pause);
  }
}

runtime::Task<Result<>> ContainerRun::start_process() {
  WEFT_CO_TRY(plan_, co_await host_->plan_of(*container_));
  WEFT_CO_TRY(output_, make_output_pipe());
  plan_.output = output_.writing.get();
  WEFT_CO_TRY(auto child, co_await place_.sandbox->start_workload(plan_, place_.reactor->now() + kStartLimit));
  output_.writing.reset();
  plan_.output = -1;
  process_ = std::make_unique<RunningProcess>(*place_.reactor, std::move(child));
  co_return Result<>{};
}

runtime::Task<void> ContainerRun::run_once() {
  started_ = place_.reactor->now();
  if (state_.last) ++state_.restart_count;
  state_.is_running = true;
  state_.started_at = place_.reactor->clock().wall_now();
  state_.message.clear();
  process_ended_.reset();
  host_->on_container_changed();
  if (stopping_.is_set()) process_->send(SIGKILL);
  runtime::spawn(probes_, collect_output());
  runtime::spawn(probes_, probe_all());
  const ExitStatus status = co_await process_->ended();
  process_ended_.set();
  note_end(status);
  co_await probes_.close();
  process_.reset();
}

// The pipe ends when the last process that holds it has ended, which is no later than `weft-node init`.
runtime::Task<void> ContainerRun::collect_output() {
  runtime::FdWatch watch(*place_.reactor, output_.reading.get());
  log_.begin_run();
  co_await pump_output(watch, output_.reading.get(), log_);
  output_.reading.reset();
}

ProbeTarget ContainerRun::target() {
  return {.sandbox = place_.sandbox,
          .pod_ip = place_.pod_ip,
          .container = container_,
          .workload = process_->pidfd(),
          .plan = &plan_};
}

runtime::Task<void> ContainerRun::probe_all() {
  if (container_->startup_probe && !co_await await_success(*container_->startup_probe)) co_return;
  state_.has_started = true;
  host_->on_container_changed();
  co_await runtime::both(*place_.reactor, probe_readiness(), probe_liveness());
}

runtime::Task<void> ContainerRun::probe_readiness() {
  if (container_->readiness_probe) {
    co_await keep_probing(ProbeKind::readiness, *container_->readiness_probe);
    co_return;
  }
  const auto probe = default_probe(*container_);
  if (!probe || co_await await_success(*probe)) set_ready(true);
}

runtime::Task<void> ContainerRun::probe_liveness() {
  if (container_->liveness_probe) co_await keep_probing(ProbeKind::liveness, *container_->liveness_probe);
}

// Asks until the first success; false when the process ended before.
runtime::Task<bool> ContainerRun::await_success(Probe probe) {
  const Duration longest = std::min(seconds_of(std::max(1, probe.period_seconds)), kFirstProbesLongest);
  Duration pause = kFirstProbes;
  if (co_await process_ended_.wait(place_.reactor->now() + seconds_of(probe.initial_delay_seconds)) ==
      runtime::Wait::ready) {
    co_return false;
  }
  while (!co_await ask_probe(*place_.reactor, target(), probe)) {
    if (co_await process_ended_.wait(place_.reactor->now() + pause) == runtime::Wait::ready) co_return false;
    pause = std::min(pause * 2, longest);
  }
  co_return !process_ended_.is_set();
}

// Success and failure count as Kubernetes counts them: successThreshold and failureThreshold answers in a row.
runtime::Task<void> ContainerRun::keep_probing(ProbeKind kind, Probe probe) {
  int successes = 0;
  int failures = 0;
  if (kind == ProbeKind::readiness) {
    if (!co_await await_success(probe)) co_return;
    successes = 1;
    if (probe.success_threshold <= 1) set_ready(true);
  } else if (co_await process_ended_.wait(place_.reactor->now() + seconds_of(probe.initial_delay_seconds)) ==
             runtime::Wait::ready) {
    co_return;
  }
  for (;;) {
    const Time next = place_.reactor->now() + seconds_of(std::max(1, probe.period_seconds));
    if (co_await process_ended_.wait(next) == runtime::Wait::ready) co_return;
    const auto answer = co_await ask_probe(*place_.reactor, target(), probe);
    if (process_ended_.is_set()) co_return;
    successes = answer ? successes + 1 : 0;
    failures = answer ? 0 : failures + 1;
    if (kind == ProbeKind::readiness && successes == probe.success_threshold) set_ready(true);
    if (failures != probe.failure_threshold) continue;
    if (kind == ProbeKind::readiness) {
      set_ready(false);
    } else {
      log::info("{}: liveness probe failed, restarting: {}", container_->name, answer.error().detail);
      process_->send(SIGKILL);
    }
  }
}

void ContainerRun::set_ready(bool is_ready) {
  const bool now_ready = is_ready && !process_ended_.is_set();
  if (std::exchange(state_.is_ready, now_ready) != now_ready) host_->on_container_changed();
}

void ContainerRun::note_start_failure(const Error& error) {
  state_.reason = start_failure_reason(error.reason);
  state_.message = error.detail;
  output_ = {};
  host_->on_container_changed();
}

void ContainerRun::note_end(ExitStatus status) {
  state_.is_running = state_.is_ready = state_.has_started = false;
  state_.last = Termination{status, state_.started_at, place_.reactor->clock().wall_now()};
  state_.is_done = !starts_again(status);
  state_.reason = "CrashLoopBackOff";
  state_.message = "the process ended with exit code " + std::to_string(status.shell_code());
  host_->on_container_changed();
}

bool ContainerRun::starts_again(ExitStatus status) const {
  if (place_.restart_policy == "Never") return false;
  return place_.restart_policy != "OnFailure" || status.shell_code() != 0;
}

}  // namespace weft::node
