// StartLock: only one `weft up` at a time works on a state folder.
#pragma once

#include "cli/exit.h"
#include "cli/mesh/state_folder.h"
#include "net/fd.h"

namespace weft::cli {

// Makes the state folder (0700) where there is none. Held until destruction; the kernel lets go of it should we be
// killed.
class StartLock {
 public:
  static Expected<StartLock> take(const StateFolder& state);
  void release() { file_.reset(); }

 private:
  explicit StartLock(net::Fd file) : file_(std::move(file)) {}
  net::Fd file_;
};

}  // namespace weft::cli
