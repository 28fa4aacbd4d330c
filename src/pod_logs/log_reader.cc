#include "pod_logs/log_reader.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weft::pod_logs {
namespace {

constexpr size_t kBlock = 16 * 1024;
using Block = std::array<char, kBlock>;

}  // namespace

Result<LogReader> LogReader::open(const std::filesystem::path& path) {
  net::Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return fail(system_error("reading " + path.string(), errno));
  return LogReader(path, std::move(file));
}

uint64_t LogReader::size() const {
  struct stat info{};
  return fstat(file_.get(), &info) == 0 ? static_cast<uint64_t>(info.st_size) : 0;
}

size_t LogReader::read_at(uint64_t offset, std::span<char> into) const {
  const ssize_t size = pread(file_.get(), into.data(), into.size(), static_cast<off_t>(offset));
  return size > 0 ? static_cast<size_t>(size) : 0;
}

// Backwards, block by block. The end of the last line ends no other.
uint64_t LogReader::tail(uint64_t begin, uint64_t end, uint64_t lines) const {
  if (lines == 0) return end;
  Block block;
  for (uint64_t at = end; at > begin;) {
    const uint64_t from = at - std::min<uint64_t>(at - begin, kBlock);
    const size_t size = read_at(from, std::span(block).first(at - from));
    for (size_t i = size; i > 0; --i) {
      const uint64_t behind = from + i;
      if (block[i - 1] != '\n' || behind == end) continue;
      if (--lines == 0) return behind;
    }
    at = from;
  }
  return begin;
}

uint64_t LogReader::line_at(uint64_t offset, uint64_t end) const {
  if (offset == 0) return 0;
  Block block;
  for (uint64_t at = offset - 1; at < end;) {
    const size_t size = read_at(at, block);
    if (size == 0) break;
    const size_t newline = std::string_view(block.data(), size).find('\n');
    if (newline != std::string_view::npos) return std::min(at + newline + 1, end);
    at += size;
  }
  return end;
}

bool LogReader::was_replaced(uint64_t offset) const {
  struct stat ours{};
  struct stat named{};
  if (fstat(file_.get(), &ours) != 0 || stat(path_.c_str(), &named) != 0) return false;
  const bool is_other = ours.st_ino != named.st_ino || ours.st_dev != named.st_dev;
  return is_other || static_cast<uint64_t>(named.st_size) < offset;
}

}  // namespace weft::pod_logs
