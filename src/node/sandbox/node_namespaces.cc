#include "node/sandbox/node_namespaces.h"

#include <array>
#include <cerrno>

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "node/sandbox/mounts.h"
#include "node/sandbox/user_namespace.h"

namespace weft::node {
namespace {

// PDEATHSIG comes only for deaths after it was set; `outer` tells of an earlier one.
Result<> die_with(int outer) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return fail(system_error("tying the agent to its parent", errno));
  pollfd ended{.fd = outer, .events = POLLIN, .revents = 0};
  if (poll(&ended, 1, 0) > 0) _exit(1);
  return {};
}

sigset_t passed_on() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
  return set;
}

}  // namespace

Result<Entered> enter_node_namespaces() {
  WEFT_TRY(const net::Fd outer, open_own_pidfd());
  if (!has_root_privileges()) WEFT_CHECK(enter_user_namespace(0, 0));
  if (unshare(CLONE_NEWNS) != 0) return fail(system_error("making a mount namespace", errno));
  WEFT_CHECK(detach_mounts());
  WEFT_TRY(auto forked, fork_into(CLONE_NEWPID));
  if (!forked.is_child) return Entered{.is_agent = false, .agent = std::move(forked.child)};
  WEFT_CHECK(die_with(outer.get()));
  setsid();
  return Entered{.is_agent = true, .agent = {}};
}

int wait_for_agent(const Child& agent) {
  const sigset_t signals = passed_on();
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  const net::Fd arrived(signalfd(-1, &signals, SFD_CLOEXEC));
  std::array<pollfd, 2> events{{{agent.pidfd.get(), POLLIN, 0}, {arrived.get(), POLLIN, 0}}};
  for (;;) {
    if (poll(events.data(), events.size(), -1) < 0 && errno != EINTR) return 1;
    if (events[0].revents != 0) break;
    signalfd_siginfo info{};
    if (events[1].revents != 0 && read(arrived.get(), &info, sizeof info) == sizeof info) {
      (void)send_signal(agent.pidfd.get(), SIGTERM);
    }
  }
  const auto status = reap(agent.pidfd.get());
  return status ? status->shell_code() : 1;
}

}  // namespace weft::node
