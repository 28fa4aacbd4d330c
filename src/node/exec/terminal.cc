#include "node/exec/terminal.h"

#include <array>
#include <cerrno>

#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace weft::node {
namespace {

bool copy_some(int from, int to) {
  std::array<char, 8192> part{};
  const ssize_t size = read(from, part.data(), part.size());
  if (size < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  if (size <= 0) return false;
  for (ssize_t done = 0; done < size;) {
    const ssize_t written = write(to, part.data() + done, static_cast<size_t>(size - done));
    if (written < 0 && errno != EINTR && errno != EAGAIN) return false;
    if (written > 0) done += written;
  }
  return true;
}

}  // namespace

Result<PseudoTerminal> open_pseudo_terminal() {
  int ours = -1;
  int theirs = -1;
  if (openpty(&ours, &theirs, nullptr, nullptr, nullptr) != 0) return fail(system_error("opening a terminal", errno));
  return PseudoTerminal{net::Fd(ours), net::Fd(theirs)};
}

bool take_terminal(int theirs) {
  if (setsid() < 0 || ioctl(theirs, TIOCSCTTY, 0) != 0) return false;
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (dup2(theirs, fd) < 0) return false;
  }
  return true;
}

RawMode::RawMode() {
  termios state{};
  if (tcgetattr(STDIN_FILENO, &state) != 0) return;
  before_ = state;
  cfmakeraw(&state);
  tcsetattr(STDIN_FILENO, TCSANOW, &state);
}

RawMode::~RawMode() {
  if (before_) tcsetattr(STDIN_FILENO, TCSANOW, &*before_);
}

void copy_window_size(int ours) {
  winsize size{};
  if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0) ioctl(ours, TIOCSWINSZ, &size);
}

bool copy_output(int ours) {
  return copy_some(ours, STDOUT_FILENO);
}
bool copy_input(int ours) {
  return copy_some(STDIN_FILENO, ours);
}

}  // namespace weft::node
