#include "proxy/overload/memory_budget.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <unistd.h>

#include "base/strings.h"

namespace weft::proxy {
namespace {

constexpr std::string_view kVersion2 = "/sys/fs/cgroup";
constexpr std::string_view kVersion1 = "/sys/fs/cgroup/memory";
constexpr std::string_view kLimit2 = "/memory.max";
constexpr std::string_view kLimit1 = "/memory.limit_in_bytes";

std::string content_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The cgroup's file, then those of the ones above it. Within a container the path may be another one's: then the root
// is what counts.
void append_files(std::string_view root, std::string_view path, std::string_view name,
                  std::vector<std::string>& files) {
  while (!path.empty() && path != "/") {
    files.push_back(std::string(root).append(path).append(name));
    path = path.substr(0, path.rfind('/'));
  }
  files.push_back(std::string(root).append(name));
}

// The number behind "sock " in memory.stat.
uint64_t socket_bytes(const std::string& statistics) {
  for (const std::string_view line : split(statistics, '\n')) {
    if (line.starts_with("sock ")) return parse_unsigned(line.substr(5)).value_or(0);
  }
  return 0;
}

}  // namespace

std::vector<std::string> limit_files(std::string_view cgroups) {
  std::vector<std::string> files;
  for (const std::string_view line : split(cgroups, '\n')) {
    const auto parts = split(line, ':');
    if (parts.size() != 3) continue;
    if (parts[0] == "0" && parts[1].empty()) append_files(kVersion2, parts[2], kLimit2, files);
    const auto controllers = split(parts[1], ',');
    if (std::ranges::find(controllers, "memory") != controllers.end())
      append_files(kVersion1, parts[2], kLimit1, files);
  }
  return files;
}

std::optional<uint64_t> parse_memory_limit(std::string_view text) {
  constexpr uint64_t kUnlimited = uint64_t{1} << 60;
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  const auto bytes = parse_unsigned(text);
  return bytes && *bytes < kUnlimited ? bytes : std::nullopt;
}

MemoryBudget MemoryBudget::of(std::optional<uint64_t> limit) {
  MemoryBudget budget;
  budget.limit_ = limit.value_or(0);
  for (const std::string& file : limit_files(content_of("/proc/self/cgroup"))) {
    const auto found = parse_memory_limit(content_of(file));
    if (!found) continue;
    if (!limit) budget.limit_ = budget.limit_ == 0 ? *found : std::min(budget.limit_, *found);
    const std::string statistics = file.substr(0, file.rfind('/')) + "/memory.stat";
    if (budget.statistics_.empty() && file.ends_with(kLimit2)) budget.statistics_ = statistics;
  }
  return budget;
}

// /proc/self/statm: pages in all, resident ones, and of these those that belong to files.
uint64_t MemoryBudget::in_use() const {
  std::ifstream statm("/proc/self/statm");
  uint64_t all = 0, resident = 0, of_files = 0;
  statm >> all >> resident >> of_files;
  const uint64_t own = (resident - std::min(resident, of_files)) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  return own + (statistics_.empty() ? 0 : socket_bytes(content_of(statistics_)));
}

}  // namespace weft::proxy
