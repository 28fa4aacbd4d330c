#include "node/sandbox/workload_start.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "net/descriptor_passing.h"
#include "node/sandbox/argument_list.h"
#include "node/sandbox/mounts.h"
#include "node/sandbox/user_namespace.h"

namespace weft::node {
namespace {

[[noreturn]] void give_up(int control, const Error& error) {
  (void)net::send_message(control, error.detail, {});
  _exit(1);
}

// The last steps, as process 1 of the workload's PID namespace.
[[noreturn]] void become_init(const ProcessPlan& plan, int program, int control) {
  mount_own_proc();
  if (chdir(plan.working_dir.c_str()) != 0) {
    give_up(control, system_error("entering the working directory " + plan.working_dir, errno));
  }
  if (auto dropped = drop_privileges(); !dropped) give_up(control, dropped.error());
  std::vector<std::string> arguments = {"weft-node", "init", "--"};
  arguments.insert(arguments.end(), plan.command.begin(), plan.command.end());
  const ArgumentList argument_list(std::move(arguments));
  const ArgumentList environment(plan.environment);
  connect_output(plan.output, plan.inherited);
  (void)net::send_message(control, "ok", {});
  execveat(program, "", argument_list.get(), environment.get(), AT_EMPTY_PATH);
  _exit(127);
}

// As a child in the workload's namespaces: gives up what joining gave, and turns into the command.
[[noreturn]] void become_command(const ProcessPlan& plan, int control) {
  if (chdir(plan.working_dir.c_str()) != 0) {
    give_up(control, system_error("entering the working directory " + plan.working_dir, errno));
  }
  if (auto dropped = drop_privileges(); !dropped) give_up(control, dropped.error());
  const ArgumentList arguments(plan.command);
  const ArgumentList environment(plan.environment);
  environ = const_cast<char**>(environment.get());  // its own PATH finds the program
  connect_output(plan.output, plan.inherited);
  (void)net::send_message(control, "ok", {});
  execvp(plan.command.front().c_str(), arguments.get());
  _exit(errno == ENOENT ? 127 : 126);
}

}  // namespace

void start_beside(int workload, const ProcessPlan& plan, int control) {
  if (auto joined = join_workload(workload); !joined) give_up(control, joined.error());
  auto forked = fork_into(CLONE_PARENT);
  if (!forked) give_up(control, forked.error());
  if (forked->is_child) become_command(plan, control);
  const std::array<int, 1> with{forked->child.pidfd.get()};
  (void)net::send_message(control, "process", with);
  _exit(0);
}

Result<> join_workload(int workload) {
  constexpr int kOthers = CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNS | CLONE_NEWPID;
  if (setns(workload, CLONE_NEWUSER | kOthers) == 0) return {};
  // EINVAL: we are in that user namespace already, since as root it may not have one of its own.
  if (errno == EINVAL && setns(workload, kOthers) == 0) return {};
  return fail(system_error("joining the workload", errno));
}

void connect_output(int output, const std::vector<int>& inherited) {
  const net::Fd nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
  dup2(nothing.get(), STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  close_on_exec_from(STDERR_FILENO + 1);
  for (const int fd : inherited) fcntl(fd, F_SETFD, 0);
}

Result<> confine(const std::string& hidden_folder) {
  const bool is_root = has_root_privileges() && real_uid() == 0;
  auto entered = enter_user_namespace(real_uid(), real_gid());
  if (!entered && !is_root) return entered;
  if (unshare(CLONE_NEWNS) != 0) return fail(system_error("making a mount namespace", errno));
  WEFT_CHECK(detach_mounts());
  if (!hidden_folder.empty()) WEFT_CHECK(hide_folder(hidden_folder));
  return {};
}

void start_confined(int holder, const ProcessPlan& plan, int program, int control) {
  if (auto joined = join_pod(holder); !joined) give_up(control, joined.error());
  if (auto confined = confine(plan.hidden_folder); !confined) give_up(control, confined.error());
  // CLONE_PARENT: the agent, not this short-lived process, is the parent that will reap it.
  auto forked = fork_into(CLONE_NEWPID | CLONE_PARENT);
  if (!forked) give_up(control, forked.error());
  if (forked->is_child) become_init(plan, program, control);
  const std::array<int, 1> with{forked->child.pidfd.get()};
  (void)net::send_message(control, "process", with);
  _exit(0);
}

}  // namespace weft::node
