// Interrupts: Ctrl-C and its like as something a verb looks for between two steps, so that it can clean up.
#pragma once

#include <signal.h>

#include "base/clock.h"

namespace weft::cli {

// Holds SIGINT, SIGTERM and SIGHUP back from the process for as long as it lives. Make it before starting processes,
// which must put back() the mask before they run their program.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // Waits at most that long for one; true once one has come, and from then on at once.
  bool came_within(Duration longest);

  // The mask of before; async-signal-safe, for a forked child.
  void put_back() const;

 private:
  sigset_t held_{};
  sigset_t before_{};
  bool came_ = false;
};

}  // namespace weft::cli
