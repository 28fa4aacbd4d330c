// LogFile: what a process writes, kept in a bounded number of bytes: a file and its predecessor. Fed from a pipe, so
// that a process never holds the file itself; beside it is written when; a full disk drops lines instead of stopping
// anyone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "net/fd.h"
#include "pod_logs/line_times.h"
#include "runtime/readiness.h"
#include "runtime/task.h"

namespace weft::node {

// Where a program's output goes.
class OutputSink {
 public:
  virtual void append(std::string_view bytes) = 0;

 protected:
  ~OutputSink() = default;
};

// Appends to `path`; when the file would pass `size_max` bytes it becomes `path`.1 and a new one begins. Writes block
// for as long as the local disk takes. One thread.
class LogFile final : public OutputSink {
 public:
  static constexpr uint64_t kSizeMax = uint64_t{8}
                                       << 20;  // with its predecessor 16 MiB a container, as the kubelet's 10 MiB

  LogFile(std::string path, const Clock& clock, uint64_t size_max = kSizeMax)
      : path_(std::move(path)), clock_(&clock), size_max_(size_max), times_(path_) {}

  void append(std::string_view bytes) override;
  // What follows is of another run of the program.
  void begin_run();
  // What could not be written, for example on a full disk.
  uint64_t dropped_bytes() const { return dropped_bytes_; }

 private:
  void open();
  void rotate();

  std::string path_;
  const Clock* clock_;
  uint64_t size_max_;
  uint64_t size_ = 0;
  uint64_t dropped_bytes_ = 0;
  net::Fd file_;
  pod_logs::TimesWriter times_;
};

// A pipe whose writing end goes to processes.
struct OutputPipe {
  net::Fd reading;
  net::Fd writing;
};
Result<OutputPipe> make_output_pipe();

// Moves what comes through the pipe into the sink until the last writer has closed it, or `watch` is cancelled.
// `reading` is non-blocking and watched by `watch`.
runtime::Task<void> pump_output(runtime::FdWatch& watch, int reading, OutputSink& sink);

}  // namespace weft::node
