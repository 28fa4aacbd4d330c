#include "proxy/restart/successor_process.h"

#include <csignal>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"

namespace weft::proxy::restart {
namespace {

// Signals as a program expects to find them: this process has blocked some for its reactor and ignores SIGPIPE.
class FreshSignals {
 public:
  FreshSignals() {
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  FreshSignals(const FreshSignals&) = delete;
  FreshSignals& operator=(const FreshSignals&) = delete;
  ~FreshSignals() { posix_spawnattr_destroy(&attributes_); }

  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

}  // namespace

Result<pid_t> start_successor(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const FreshSignals signals;
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, arguments[0], nullptr, signals.get(), arguments.data(), environ);
  if (error != 0) return fail(system_error("starting " + words.front(), error));
  return pid;
}

void reap_successors() {
  int status = 0;
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
    log::warn("the successor that was started, process {}, has ended with {}", pid,
              WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  }
}

}  // namespace weft::proxy::restart
