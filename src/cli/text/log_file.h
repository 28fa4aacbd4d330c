// LogFile: reads a log that is written and rotated by another process, from its last lines on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/error.h"
#include "net/fd.h"

namespace weft::cli {

// One file by name. Follows it through rotation: when the name leads to another file, or the file became shorter,
// reading goes on at the new beginning. One thread.
class LogFile {
 public:
  static Result<LogFile> open(const std::filesystem::path& path);

  // The last lines there are now; `lines` of SIZE_MAX means all. Reading then goes on behind them.
  std::string tail(size_t lines);
  // What was written since; empty when nothing was.
  std::string more();

 private:
  LogFile(std::filesystem::path path, net::Fd file) : path_(std::move(path)), file_(std::move(file)) {}

  std::string read_on();
  bool was_replaced() const;

  std::filesystem::path path_;
  net::Fd file_;
};

}  // namespace weft::cli
