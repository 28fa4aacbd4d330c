#include "node/sandbox/pod_sandbox.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "net/descriptor_passing.h"
#include "node/capture/nft.h"
#include "node/sandbox/argument_list.h"
#include "node/sandbox/mounts.h"
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

// Waits for the process between the agent and the workload, which ends as soon as it has sent its report.
runtime::Task<void> reap_when_ended(runtime::Reactor& reactor, const net::Fd& pidfd) {
  runtime::FdWatch watch(reactor, pidfd.get());
  while (!reap(pidfd.get())) {
    watch.readiness().clear_readable();
    if (co_await watch.readable() != runtime::Wait::ready) co_return;
  }
}

}  // namespace

Result<> join_pod(int holder) {
  if (setns(holder, CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNS) != 0) {
    return fail(system_error("joining the pod", errno));
  }
  return {};
}

runtime::Task<Result<std::unique_ptr<PodSandbox>>> PodSandbox::create(runtime::Reactor& reactor, const Programs& programs,
                                                                      const PodPlan& plan, Time deadline) {
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
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    co_return fail(system_error("making a socket pair", errno));
  }
  const net::Fd ours(ends[0]);
  net::Fd theirs(ends[1]);
  WEFT_CO_TRY(auto forked, fork_into_pid_namespace(holder_->pidfd(), 0));
  if (forked.is_child) start_confined(holder_->pidfd(), plan, programs_->self.get(), theirs.get());
  theirs.reset();
  auto report = co_await await_start(*reactor_, ours.get(), deadline);
  (void)send_signal(forked.child.pidfd.get(), SIGKILL);
  co_await reap_when_ended(*reactor_, forked.child.pidfd);
  if (report.failure.empty()) co_return Child{.pid = 0, .pidfd = std::move(report.pidfd)};
  if (report.pidfd.is_open()) {
    (void)send_signal(report.pidfd.get(), SIGKILL);
    co_await reap_when_ended(*reactor_, report.pidfd);
  }
  co_return fail(Reason::internal, report.failure);
}

}  // namespace weft::node
