// PipeEnd: our end of a pipe or terminal to a process, awaited.
#pragma once

#include <span>
#include <string_view>

#include "base/error.h"
#include "net/fd.h"
#include "runtime/readiness.h"
#include "runtime/task.h"

namespace weft::control {

// Owns its descriptor, which does not block. One reader or one writer at a time, on one reactor.
class PipeEnd {
 public:
  PipeEnd(runtime::Reactor& reactor, net::Fd fd);

  // At least one byte; 0: the process has closed its end. Fails with `cancelled`, or as reading does.
  runtime::Task<Result<size_t>> read_some(std::span<char> into);
  // Waits while the process takes nothing. Fails with `cancelled`, or as writing does.
  runtime::Task<Result<>> write_all(std::string_view bytes);
  // What is there without waiting; 0: nothing.
  size_t try_read(std::span<char> into);

  // What waits ends, and later waits, too.
  void cancel() { watch_.readiness().cancel(); }
  runtime::Readiness& readiness() { return watch_.readiness(); }
  int fd() const { return fd_.get(); }

 private:
  net::Fd fd_;
  runtime::FdWatch watch_;
};

}  // namespace weft::control
