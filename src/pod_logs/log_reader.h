// LogReader: a log that another process writes and rotates, read by offsets. Reads block for as long as the local disk
// takes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "base/error.h"
#include "net/fd.h"

namespace weft::pod_logs {

// One file, opened by name; it goes on to be read when the name leads to another. One thread.
class LogReader {
 public:
  static Result<LogReader> open(const std::filesystem::path& path);

  uint64_t size() const;
  // What is there from `offset` on, at most as much as fits; 0: nothing.
  size_t read_at(uint64_t offset, std::span<char> into) const;
  // Where the last `lines` lines of [begin, end) begin. A last line without its end counts as one.
  uint64_t tail(uint64_t begin, uint64_t end, uint64_t lines) const;
  // Where the first line begins at `offset` or behind it; `end`, when there is none.
  uint64_t line_at(uint64_t offset, uint64_t end) const;
  // Whether the name leads to another file by now, or this one was cut below `offset`.
  bool was_replaced(uint64_t offset) const;

 private:
  LogReader(std::filesystem::path path, net::Fd file) : path_(std::move(path)), file_(std::move(file)) {}

  std::filesystem::path path_;
  net::Fd file_;
};

}  // namespace weft::pod_logs
