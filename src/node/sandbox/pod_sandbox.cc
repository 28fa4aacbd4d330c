#include "node/sandbox/pod_sandbox.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/descriptor_passing.h"
#include "node/capture/nft.h"
#include "node/sandbox/argument_list.h"
#include "node/sandbox/mounts.h"
#include "node/sandbox/socket_pair.h"
#include "node/sandbox/user_namespace.h"
#include "node/sandbox/workload_start.h"

namespace weft::node {
namespace {

constexpr uint64_t kPodNamespaces = CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNS | CLONE_NEWPID;

// In the pod's first process, before it becomes the holder.
Result<> prepare_pod(const PodPlan& plan, const std::string& nft_program) {
  if (sethostname(plan.hostname.c_str(), plan.hostname.size()) != 0) return fail(system_error("naming the pod", errno));
  WEFT_CHECK(detach_mounts());
  for (const auto& covered : plan.files) WEFT_CHECK(cover_file(covered.file, covered.target));
  mount_own_proc();
  WEFT_CHECK(wire_pod(plan.wire));
  return apply_rules(nft_program, plan.rules);
}

[[noreturn]] void become_sidecar(int holder, const ProcessPlan& plan) {
  if (!join_pod(holder) || chdir(plan.working_dir.c_str()) != 0 || !keep_network_privilege()) _exit(126);
  const ArgumentList arguments(plan.command);
  const ArgumentList environment(plan.environment);
  connect_output(plan.output, plan.inherited);
  execve(plan.command.front().c_str(), arguments.get(), environment.get());
  dprintf(STDERR_FILENO, "%s can't be run: %s\n", plan.command.front().c_str(), strerror(errno));
  _exit(127);
}

// What the two processes on a workload's way in say: one sends the pidfd, the other that it stands before exec.
struct StartReport {
  net::Fd pidfd;
  bool is_ready = false;
  bool is_over = false;  // nobody is left who could say more
  std::string failure;

  bool is_complete() const { return is_over || (pidfd.is_open() && (is_ready || !failure.empty())); }
};

void note(StartReport& report, net::MessageWithDescriptors message) {
  if (message.bytes == "process" && message.descriptors.size() == 1) {
    report.pidfd = std::move(message.descriptors.front());
  } else if (message.bytes == "ok") {
    report.is_ready = true;
  } else if (message.bytes.empty()) {
    report.is_over = true;
  } else {
    report.failure = message.bytes;
  }
}

runtime::Task<StartReport> await_start(runtime::Reactor& reactor, int control, Time deadline) {
  runtime::FdWatch watch(reactor, control);
  StartReport report;
  while (!report.is_complete()) {
    auto message = net::receive_message(control);
    if (message) {
      note(report, std::move(*message));
      continue;
    }
    watch.readiness().clear_readable();
    if (co_await watch.readable(deadline) != runtime::Wait::ready) {
      report.failure = "the workload did not start in time";
      break;
    }
  }
  if (!report.is_ready && report.failure.empty()) report.failure = "the workload's first process ended early";
  co_return report;
}

// Ends a process that nobody will look at again.
runtime::Task<void> end_process(runtime::Reactor& reactor, Child child) {
  RunningProcess process(reactor, std::move(child));
  process.send(SIGKILL);
  co_await process.ended();
}

}  // namespace

Result<> join_pod(int holder) {
  if (setns(holder, CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNS) != 0) {
    return fail(system_error("joining the pod", errno));
  }
  return {};
}

runtime::Task<Result<std::unique_ptr<PodSandbox>>> PodSandbox::create(runtime::Reactor& reactor,
                                                                      const Programs& programs, const PodPlan& plan,
                                                                      Time deadline) {
  const HolderPlan holder_plan{
      .title = plan.title,
      .namespaces = kPodNamespaces,
      .program = programs.self.get(),
      .nft_program = programs.nft,
      .prepare = [&] { return prepare_pod(plan, programs.nft); },
  };
  WEFT_CO_TRY(auto holder, co_await Holder::start(reactor, holder_plan, deadline));
  co_return std::unique_ptr<PodSandbox>(new PodSandbox(reactor, programs, std::move(holder)));
}

Result<Child> PodSandbox::start_sidecar(const ProcessPlan& plan) {
  WEFT_TRY(auto forked, fork_into_pid_namespace(holder_->pidfd(), 0));
  if (forked.is_child) become_sidecar(holder_->pidfd(), plan);
  return std::move(forked.child);
}

runtime::Task<Result<Child>> PodSandbox::start_workload(const ProcessPlan& plan, Time deadline) {
  WEFT_CO_TRY(auto control, make_socket_pair());
  WEFT_CO_TRY(auto forked, fork_into_pid_namespace(holder_->pidfd(), 0));
  if (forked.is_child) start_confined(holder_->pidfd(), plan, programs_->self.get(), control.theirs.get());
  control.theirs.reset();
  co_return co_await finish_start(std::move(forked), control.ours.get(), deadline);
}

runtime::Task<Result<Child>> PodSandbox::start_in_workload(int workload, const ProcessPlan& plan, Time deadline) {
  WEFT_CO_TRY(auto control, make_socket_pair());
  WEFT_CO_TRY(auto forked, fork_into(0));
  if (forked.is_child) start_beside(workload, plan, control.theirs.get());
  control.theirs.reset();
  co_return co_await finish_start(std::move(forked), control.ours.get(), deadline);
}

runtime::Task<Result<Child>> PodSandbox::finish_start(Forked forked, int control, Time deadline) {
  auto report = co_await await_start(*reactor_, control, deadline);
  // The process between has said what it had to say.
  co_await end_process(*reactor_, std::move(forked.child));
  Child child{.pid = 0, .pidfd = std::move(report.pidfd)};
  if (report.failure.empty()) co_return child;
  if (child.pidfd.is_open()) co_await end_process(*reactor_, std::move(child));
  co_return fail(Reason::internal, report.failure);
}

}  // namespace weft::node
