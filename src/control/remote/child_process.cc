#include "control/remote/child_process.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

namespace weft::control {
namespace {

// Both ends of what becomes the program's standard streams; of a terminal the first pair is all.
struct Ends {
  std::array<net::Fd, 3> ours;
  std::array<net::Fd, 3> theirs;
};

Result<Ends> make_pipes() {
  Ends ends;
  for (size_t i = 0; i < 3; ++i) {
    std::array<int, 2> pair{};
    if (pipe2(pair.data(), O_CLOEXEC) != 0) return fail(system_error("making a pipe", errno));
    const bool is_input = i == 0;
    ends.ours[i] = net::Fd(pair[is_input ? 1 : 0]);
    ends.theirs[i] = net::Fd(pair[is_input ? 0 : 1]);
  }
  return ends;
}

// In raw mode from the start: what a client types early would be echoed twice.
Result<Ends> make_terminal() {
  Ends ends;
  int ours = -1;
  int theirs = -1;
  termios raw{};
  cfmakeraw(&raw);
  if (openpty(&ours, &theirs, nullptr, &raw, nullptr) != 0) return fail(system_error("opening a terminal", errno));
  fcntl(ours, F_SETFD, FD_CLOEXEC);
  fcntl(theirs, F_SETFD, FD_CLOEXEC);
  ends.ours[0] = net::Fd(ours);
  ends.theirs[0] = net::Fd(theirs);
  return ends;
}

// Between fork and exec, in a process whose other threads are gone: system calls alone.
[[noreturn]] void become(char* const* words, const Ends& ends, Stdio stdio) {
  prctl(PR_SET_PDEATHSIG, SIGHUP, 0, 0, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  signal(SIGHUP, SIG_DFL);
  const bool has_terminal = stdio == Stdio::terminal;
  setsid();
  if (has_terminal) ioctl(ends.theirs[0].get(), TIOCSCTTY, 0);
  for (int i = 0; i < 3; ++i) dup2(ends.theirs[has_terminal ? 0 : static_cast<size_t>(i)].get(), i);
  syscall(SYS_close_range, 3U, ~0U, 0U);
  execv(words[0], words);
  _exit(127);
}

}  // namespace

ChildProcess::ChildProcess(runtime::Reactor& reactor, net::Fd process)
    : process_(std::move(process)), watch_(reactor, process_.get()) {}

Result<std::unique_ptr<ChildProcess>> ChildProcess::start(runtime::Reactor& reactor,
                                                          const std::vector<std::string>& words, Stdio stdio) {
  WEFT_TRY(Ends ends, stdio == Stdio::terminal ? make_terminal() : make_pipes());
  std::vector<char*> pointers;
  for (const std::string& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  const pid_t pid = fork();
  if (pid < 0) return fail(system_error("starting a process", errno));
  if (pid == 0) become(pointers.data(), ends, stdio);
  net::Fd process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!process.is_open()) {
    const int error = errno;
    ::kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    return fail(system_error("watching a process", error));
  }
  std::unique_ptr<ChildProcess> child(new ChildProcess(reactor, std::move(process)));
  child->has_terminal_ = stdio == Stdio::terminal;
  if (child->has_terminal_) {
    child->output_ = std::make_unique<PipeEnd>(reactor, std::move(ends.ours[0]));
    return child;
  }
  child->input_ = std::make_unique<PipeEnd>(reactor, std::move(ends.ours[0]));
  child->output_ = std::make_unique<PipeEnd>(reactor, std::move(ends.ours[1]));
  child->errors_ = std::make_unique<PipeEnd>(reactor, std::move(ends.ours[2]));
  return child;
}

// It dies at once, so that waiting for it takes no time to speak of.
ChildProcess::~ChildProcess() {
  if (is_reaped_) return;
  kill();
  siginfo_t info{};
  waitid(P_PIDFD, static_cast<id_t>(process_.get()), &info, WEXITED);
}

PipeEnd* ChildProcess::input() {
  return has_terminal_ ? output_.get() : input_.get();
}

// The kernel tells the program (SIGWINCH).
void ChildProcess::resize(uint16_t width, uint16_t height) {
  if (!has_terminal_) return;
  const winsize size{.ws_row = height, .ws_col = width, .ws_xpixel = 0, .ws_ypixel = 0};
  ioctl(output_->fd(), TIOCSWINSZ, &size);
}

runtime::Task<int> ChildProcess::ended() {
  (void)co_await watch_.readable();
  siginfo_t info{};
  if (waitid(P_PIDFD, static_cast<id_t>(process_.get()), &info, WEXITED) != 0) co_return 1;
  is_reaped_ = true;
  co_return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

void ChildProcess::send(int signal) {
  if (!is_reaped_) syscall(SYS_pidfd_send_signal, process_.get(), signal, nullptr, 0U);
}

}  // namespace weft::control
