#include "node/sandbox/init.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/strings.h"
#include "node/sandbox/argument_list.h"

namespace weft::node {
namespace {

int shell_code(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

sigset_t handled_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2}) sigaddset(&set, number);
  return set;
}

// Reaps whatever has ended; true once the command is among it, with its status.
bool reap_all(pid_t command, int& status) {
  for (;;) {
    int ended_status = 0;
    const pid_t ended = waitpid(-1, &ended_status, WNOHANG);
    if (ended <= 0) return false;
    if (ended != command) continue;
    status = ended_status;
    return true;
  }
}

// execvp() also says EACCES when it could not look into a folder of PATH (execvp(3)); shells call that "not found".
bool is_in_path(const std::string& program) {
  if (program.find('/') != std::string::npos) return true;
  const char* const path = std::getenv("PATH");
  for (const auto folder : split(path == nullptr ? "" : path, ':')) {
    if (access((std::string(folder) + "/" + program).c_str(), F_OK) == 0) return true;
  }
  return false;
}

}  // namespace

int run_command(const std::vector<std::string>& command) {
  const ArgumentList arguments(command);
  execvp(command.front().c_str(), arguments.get());
  const int why = errno == EACCES && !is_in_path(command.front()) ? ENOENT : errno;
  std::fprintf(stderr, "weft-node: can't run %s: %s\n", command.front().c_str(), std::strerror(why));
  return why == ENOENT || why == ENOTDIR ? 127 : 126;
}

int run_init(const std::vector<std::string>& command) {
  prctl(PR_SET_NAME, "weft-init", 0, 0, 0);
  const sigset_t handled = handled_signals();
  sigset_t before;
  sigprocmask(SIG_BLOCK, &handled, &before);
  pid_t child = 0;
  if (!command.empty()) {
    child = fork();
    if (child < 0) return 126;
    if (child == 0) {
      sigprocmask(SIG_SETMASK, &before, nullptr);
      _exit(run_command(command));
    }
  }
  for (;;) {
    const int number = sigwaitinfo(&handled, nullptr);
    if (number < 0 && errno != EINTR) return 126;
    int status = 0;
    if (number == SIGCHLD && reap_all(child, status)) return shell_code(status);
    if (number == SIGCHLD || number < 0) continue;
    if (child == 0) return 0;
    kill(child, number);
  }
}

}  // namespace weft::node
