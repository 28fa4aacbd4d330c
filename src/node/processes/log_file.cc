#include "node/processes/log_file.h"

#include <array>
#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weft::node {

void LogFile::open() {
  file_ = net::Fd(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  struct stat info{};
  size_ = file_.is_open() && fstat(file_.get(), &info) == 0 ? static_cast<uint64_t>(info.st_size) : 0;
}

void LogFile::rotate() {
  file_.reset();
  std::rename(path_.c_str(), (path_ + ".1").c_str());
  times_.rotate(path_ + ".1");
  open();
}

void LogFile::append(std::string_view bytes) {
  if (!file_.is_open()) open();
  if (size_ > 0 && size_ + bytes.size() > size_max_) rotate();
  times_.note({.offset = size_, .time = clock_->wall_now()});
  const ssize_t written = write(file_.get(), bytes.data(), bytes.size());
  if (written > 0) size_ += static_cast<uint64_t>(written);
  dropped_bytes_ += bytes.size() - static_cast<size_t>(written > 0 ? written : 0);
}

void LogFile::begin_run() {
  if (!file_.is_open()) open();
  times_.note({.offset = size_, .time = clock_->wall_now(), .begins = pod_logs::Begins::run});
}

Result<OutputPipe> make_output_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return fail(system_error("making a pipe", errno));
  OutputPipe pipe{net::Fd(ends[0]), net::Fd(ends[1])};
  // Only our end: for a process, a standard output that does not block would be a surprise.
  fcntl(pipe.reading.get(), F_SETFL, O_NONBLOCK);
  return pipe;
}

runtime::Task<void> pump_output(runtime::FdWatch& watch, int reading, OutputSink& sink) {
  std::array<char, 16'384> part{};
  for (;;) {
    const ssize_t size = read(reading, part.data(), part.size());
    if (size > 0) {
      sink.append({part.data(), static_cast<size_t>(size)});
      continue;
    }
    if (size == 0 || (errno != EAGAIN && errno != EINTR)) co_return;
    watch.readiness().clear_readable();
    if (co_await watch.readable() != runtime::Wait::ready) co_return;
  }
}

}  // namespace weft::node
