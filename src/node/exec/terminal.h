// A terminal for a command in a pod: a pseudo terminal whose other end is copied to and from the user's. Blocking; for
// the foreground process of `weft-node exec`.
#pragma once

#include <optional>

#include <termios.h>

#include "base/error.h"
#include "net/fd.h"

namespace weft::node {

// The pair. Made before pods are entered, from the host's devpts.
struct PseudoTerminal {
  net::Fd ours;
  net::Fd theirs;
};
Result<PseudoTerminal> open_pseudo_terminal();

// In the command's process: makes the terminal its own and its standard streams. False: it could not.
bool take_terminal(int theirs);

// The user's terminal in raw mode, put back on destruction. Does nothing where standard input is no terminal.
class RawMode {
 public:
  RawMode();
  ~RawMode();
  RawMode(const RawMode&) = delete;
  RawMode& operator=(const RawMode&) = delete;

 private:
  std::optional<termios> before_;
};

// Gives the pseudo terminal the size of the user's.
void copy_window_size(int ours);

// What the command has written goes to standard output; false at its end.
bool copy_output(int ours);
// What the user has typed goes to the command; false at its end.
bool copy_input(int ours);

}  // namespace weft::node
