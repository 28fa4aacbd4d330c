#include "runtime/process_signals.h"

#include <csignal>

#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/assert.h"

namespace weft::runtime {
namespace {

int open_signal_fd(std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  WEFT_ASSERT(pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0);
  const int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  WEFT_ASSERT(fd >= 0);
  return fd;
}

}  // namespace

ProcessSignals::ProcessSignals(Reactor& reactor, std::initializer_list<int> signals)
    : fd_(open_signal_fd(signals)), watch_(reactor, fd_) {}

ProcessSignals::~ProcessSignals() {
  close(fd_);
}

Task<int> ProcessSignals::next() {
  for (;;) {
    signalfd_siginfo info;
    if (read(fd_, &info, sizeof info) == sizeof info) co_return static_cast<int>(info.ssi_signo);
    watch_.readiness().clear_readable();
    if (co_await watch_.readable() != Wait::ready) co_return 0;
  }
}

}  // namespace weft::runtime
