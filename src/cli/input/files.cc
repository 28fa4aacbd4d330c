#include "cli/input/files.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "net/fd.h"

namespace weft::cli {

namespace fs = std::filesystem;

std::optional<std::string> read_file(const fs::path& file, uintmax_t from) {
  const net::Fd fd(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) return std::nullopt;
  if (from > 0 && lseek(fd.get(), static_cast<off_t>(from), SEEK_SET) < 0) return std::nullopt;
  std::string text;
  char block[16 * 1024];
  while (true) {
    const ssize_t size = read(fd.get(), block, sizeof block);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return std::nullopt;
    if (size == 0) return text;
    text.append(block, static_cast<size_t>(size));
  }
}

std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    entries.push_back(at->path());
  std::ranges::sort(entries);
  return entries;
}

}  // namespace weft::cli
