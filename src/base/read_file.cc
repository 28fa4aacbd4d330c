#include "base/read_file.h"

#include <cerrno>
#include <cstdio>
#include <memory>

namespace weft {

// Not by std::ifstream, which opens a folder and finds nothing in it.
Result<std::string> read_file(const std::string& path, size_t bytes_max, uint64_t from) {
  const auto close = [](FILE* file) { std::fclose(file); };
  const std::unique_ptr<FILE, decltype(close)> file(std::fopen(path.c_str(), "re"));
  if (!file) return fail(system_error(path + " cannot be read", errno));
  if (from > 0 && fseeko(file.get(), static_cast<off_t>(from), SEEK_SET) != 0)
    return fail(system_error(path + " cannot be read", errno));
  std::string text;
  char block[16 * 1024];
  while (const size_t size = std::fread(block, 1, sizeof block, file.get())) {
    text.append(block, size);
    if (text.size() > bytes_max)
      return fail(Reason::too_large, path + " is larger than " + std::to_string(bytes_max) + " bytes");
  }
  if (std::ferror(file.get()) != 0) return fail(system_error(path + " cannot be read", errno));
  return text;
}

}  // namespace weft
