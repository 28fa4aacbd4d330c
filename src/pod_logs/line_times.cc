#include "pod_logs/line_times.h"

#include <array>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weft::pod_logs {
namespace {

constexpr size_t kRecordSize = 16;  // the offset, whose highest bit says that a run begins, and nanoseconds since 1970
constexpr uint64_t kRunBit = uint64_t{1} << 63;
// A log of 8 MiB in lines of 80 bytes has 100,000 lines: its times stay below a fifth of it.
constexpr Duration kStep = std::chrono::milliseconds(10);
using RecordBytes = std::array<char, kRecordSize>;

RecordBytes encode(const TimeRecord& record) {
  const uint64_t first = record.offset | (record.begins == Begins::run ? kRunBit : 0);
  const int64_t nanoseconds =
      std::chrono::duration_cast<std::chrono::nanoseconds>(record.time.time_since_epoch()).count();
  RecordBytes bytes;
  std::memcpy(bytes.data(), &first, sizeof first);
  std::memcpy(bytes.data() + sizeof first, &nanoseconds, sizeof nanoseconds);
  return bytes;
}

TimeRecord decode(const RecordBytes& bytes) {
  uint64_t first = 0;
  int64_t nanoseconds = 0;
  std::memcpy(&first, bytes.data(), sizeof first);
  std::memcpy(&nanoseconds, bytes.data() + sizeof first, sizeof nanoseconds);
  return {.offset = first & ~kRunBit,
          .time = WallTime(std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(nanoseconds))),
          .begins = (first & kRunBit) != 0 ? Begins::run : Begins::bytes};
}

}  // namespace

std::string times_of(const std::string& log_path) {
  return log_path + ".times";
}

void TimesWriter::note(const TimeRecord& record) {
  const bool is_soon = last_ && record.time >= *last_ && record.time - *last_ < kStep;
  if (is_soon && record.begins == Begins::bytes) return;
  if (!file_.is_open()) file_ = net::Fd(open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  const RecordBytes bytes = encode(record);
  if (write(file_.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size())) last_ = record.time;
}

void TimesWriter::rotate(const std::string& rotated_log_path) {
  file_.reset();
  last_.reset();
  std::rename(path_.c_str(), times_of(rotated_log_path).c_str());
}

LineTimes::LineTimes(const std::string& log_path) : file_(open(times_of(log_path).c_str(), O_RDONLY | O_CLOEXEC)) {}

size_t LineTimes::count() const {
  struct stat info{};
  return file_.is_open() && fstat(file_.get(), &info) == 0 ? static_cast<size_t>(info.st_size) / kRecordSize : 0;
}

std::optional<TimeRecord> LineTimes::record(size_t index) const {
  RecordBytes bytes{};
  const ssize_t size = pread(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(index * kRecordSize));
  return size == static_cast<ssize_t>(bytes.size()) ? std::optional(decode(bytes)) : std::nullopt;
}

std::optional<WallTime> LineTimes::at(uint64_t offset) const {
  size_t low = 0;
  size_t high = count();
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    const auto found = record(middle);
    if (found && found->offset <= offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  // What is older than the first record, was written no later than it.
  const auto found = record(low == 0 ? 0 : low - 1);
  return found ? std::optional(found->time) : std::nullopt;
}

uint64_t LineTimes::since(WallTime time, uint64_t size) const {
  size_t low = 0;
  size_t high = count();
  if (high == 0) return 0;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    const auto found = record(middle);
    if (found && found->time < time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const auto found = record(low);
  return found ? std::min(found->offset, size) : size;
}

std::optional<size_t> LineTimes::last_beginning(size_t count) const {
  for (size_t i = count; i > 0; --i) {
    const auto found = record(i - 1);
    if (found && found->begins == Begins::run) return i - 1;
  }
  return std::nullopt;
}

Run LineTimes::last_run(uint64_t size) const {
  const auto index = last_beginning(count());
  const auto found = index ? record(*index) : std::nullopt;
  return {found ? std::min(found->offset, size) : 0, size};
}

std::optional<Run> LineTimes::run_before_last(uint64_t size) const {
  const auto last = last_beginning(count());
  if (!last) return std::nullopt;
  const auto index = last_beginning(*last);
  const auto before = index ? record(*index) : std::nullopt;
  const Run run{before ? before->offset : 0, last_run(size).begin};
  return run.begin < run.end ? std::optional(run) : std::nullopt;
}

}  // namespace weft::pod_logs
