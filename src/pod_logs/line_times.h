// When the bytes of a log were written: the file LOG.times beside it, records of one size, so that it is searched
// without being read whole. It never leaves the machine, whose byte order it has.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "net/fd.h"

namespace weft::pod_logs {

// The name of a log's file of times.
std::string times_of(const std::string& log_path);

// What begins at an offset: bytes that were written then, or also a new run of the container.
enum class Begins : uint8_t { bytes, run };

// From this offset on the log's bytes were written at this time or later.
struct TimeRecord {
  uint64_t offset = 0;
  WallTime time;
  Begins begins = Begins::bytes;
};

// Writes them, at most one for each hundredth of a second; a disk that is full costs times, nothing else. One thread.
class TimesWriter {
 public:
  explicit TimesWriter(const std::string& log_path) : path_(times_of(log_path)) {}

  void note(const TimeRecord& record);
  // The log has moved to LOG.1, and its times go with it.
  void rotate(const std::string& rotated_log_path);

 private:
  std::string path_;
  net::Fd file_;
  std::optional<WallTime> last_;
};

// The bytes of one run of a container.
struct Run {
  uint64_t begin = 0;
  uint64_t end = 0;
};

// Reads them; of a log without a file of times nothing is known. What is written meanwhile is seen. One thread.
class LineTimes {
 public:
  explicit LineTimes(const std::string& log_path);

  // When the byte at `offset` was written.
  std::optional<WallTime> at(uint64_t offset) const;
  // Where the bytes begin that were written then or later: `size`, when there are none; 0, when nothing is known.
  uint64_t since(WallTime time, uint64_t size) const;
  // The last run in a log of `size` bytes: all of it where no other is known.
  Run last_run(uint64_t size) const;
  // The one before; nothing: it has left no byte in this log.
  std::optional<Run> run_before_last(uint64_t size) const;

 private:
  size_t count() const;
  std::optional<TimeRecord> record(size_t index) const;
  // The last run that begins in the first `count` records: which one says so.
  std::optional<size_t> last_beginning(size_t count) const;

  net::Fd file_;
};

}  // namespace weft::pod_logs
