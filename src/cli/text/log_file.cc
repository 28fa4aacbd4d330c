#include "cli/text/log_file.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weft::cli {

Result<LogFile> LogFile::open(const std::filesystem::path& path) {
  net::Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return fail(system_error("reading " + path.string(), errno));
  return LogFile(path, std::move(file));
}

std::string LogFile::tail(size_t lines) {
  const std::string all = read_on();
  if (lines == 0) return {};
  size_t at = all.size();
  if (at > 0 && all[at - 1] == '\n') --at;
  for (size_t i = 0; i < lines; ++i) {
    if (at == 0) return all;
    at = all.rfind('\n', at - 1);
    if (at == std::string::npos) return all;
  }
  return all.substr(at + 1);
}

std::string LogFile::more() {
  auto text = read_on();
  if (!text.empty() || !was_replaced()) return text;
  net::Fd fresh(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fresh.is_open()) return {};  // between two files; next time
  file_ = std::move(fresh);
  return read_on();
}

std::string LogFile::read_on() {
  std::string text;
  char block[16 * 1024];
  for (ssize_t size = 0; (size = read(file_.get(), block, sizeof block)) > 0;)
    text.append(block, static_cast<size_t>(size));
  return text;
}

bool LogFile::was_replaced() const {
  struct stat ours{};
  struct stat named{};
  if (fstat(file_.get(), &ours) != 0 || stat(path_.c_str(), &named) != 0) return false;
  const bool other = ours.st_ino != named.st_ino || ours.st_dev != named.st_dev;
  return other || named.st_size < lseek(file_.get(), 0, SEEK_CUR);
}

}  // namespace weft::cli
