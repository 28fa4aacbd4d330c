// ProcessSignals: SIGTERM and its like as events of a reactor instead of interruptions.
#pragma once

#include <initializer_list>

#include "base/error.h"
#include "runtime/readiness.h"

namespace weft::runtime {

// Blocks the signals for the calling thread and those it starts later: make it before any thread. One per process.
class ProcessSignals {
 public:
  ProcessSignals(Reactor& reactor, std::initializer_list<int> signals);
  ~ProcessSignals();

  // The number of the next signal that arrives; 0 after cancel().
  Task<int> next();
  void cancel() { watch_.readiness().cancel(); }

 private:
  int fd_;
  FdWatch watch_;
};

}  // namespace weft::runtime
