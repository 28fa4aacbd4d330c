#include "node/sandbox/child.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/strings.h"

namespace weft::node {
namespace {

// Handlers and the blocked set of the parent's reactor mean nothing in a child; ignored signals would survive exec.
void reset_signals() {
  for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace

Result<Forked> fork_into(uint64_t clone_flags) {
  // The raw call, since glibc's fork() takes no flags. clone() rather than clone3(), which container runtimes often
  // refuse.
  int pidfd = -1;
  const long pid = syscall(SYS_clone, clone_flags | CLONE_PIDFD | SIGCHLD, nullptr, &pidfd, nullptr, nullptr);
  if (pid < 0) return fail(system_error("starting a process", errno));
  if (pid == 0) {
    reset_signals();
    return Forked{.is_child = true, .child = {}};
  }
  return Forked{.is_child = false, .child = {static_cast<pid_t>(pid), net::Fd(pidfd)}};
}

Result<Forked> fork_into_pid_namespace(int of_process, uint64_t clone_flags) {
  // CLONE_NEWPID changes only where children go. It is put back at once: this process itself never moves.
  WEFT_TRY(const net::Fd own, open_own_pidfd());
  if (setns(of_process, CLONE_NEWPID) != 0) return fail(system_error("joining a PID namespace", errno));
  auto forked = fork_into(clone_flags);
  if (forked && forked->is_child) return forked;
  if (setns(own.get(), CLONE_NEWPID) != 0) return fail(system_error("returning to the PID namespace", errno));
  return forked;
}

Result<ExitStatus> reap(int pidfd) {
  siginfo_t info{};
  if (waitid(P_PIDFD, static_cast<id_t>(pidfd), &info, WEXITED | WNOHANG) != 0) {
    return fail(system_error("reaping a child", errno));
  }
  if (info.si_pid == 0) return fail(Reason::unavailable, "the process still runs");
  if (info.si_code == CLD_EXITED) return ExitStatus{.code = info.si_status};
  return ExitStatus{.code = 0, .signal = info.si_status};
}

Result<> send_signal(int pidfd, int signal) {
  if (syscall(SYS_pidfd_send_signal, pidfd, signal, nullptr, 0) == 0 || errno == ESRCH) return {};
  return fail(system_error("signalling a process", errno));
}

pid_t host_pid(int pidfd) {
  std::array<char, 64> path{};
  std::snprintf(path.data(), path.size(), "/proc/self/fdinfo/%d", pidfd);
  const net::Fd file(open(path.data(), O_RDONLY | O_CLOEXEC));
  std::array<char, 512> text{};
  if (!file.is_open()) return 0;
  const ssize_t size = read(file.get(), text.data(), text.size());
  if (size <= 0) return 0;
  for (const auto line : split({text.data(), static_cast<size_t>(size)}, '\n')) {
    if (line.starts_with("Pid:")) return static_cast<pid_t>(parse_unsigned(trim(line.substr(4))).value_or(0));
  }
  return 0;
}

Result<net::Fd> open_own_pidfd() {
  const long fd = syscall(SYS_pidfd_open, getpid(), 0);
  if (fd < 0) return fail(system_error("opening a pidfd", errno));
  return net::Fd(static_cast<int>(fd));
}

void close_on_exec_from(int first) {
  syscall(SYS_close_range, static_cast<unsigned>(first), ~0U, CLOSE_RANGE_CLOEXEC);
}

}  // namespace weft::node
