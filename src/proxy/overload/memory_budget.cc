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

// A file of one number.
uint64_t number_in(const std::string& path) {
  std::ifstream file(path);
  uint64_t number = 0;
  file >> number;
  return number;
}

}  // namespace

uint64_t sum_of(std::string_view statistics, std::initializer_list<std::string_view> names) {
  uint64_t sum = 0;
  for (const std::string_view line : split(statistics, '\n')) {
    const size_t space = line.find(' ');
    if (space == line.npos || std::ranges::find(names, line.substr(0, space)) == names.end()) continue;
    sum += parse_unsigned(line.substr(space + 1)).value_or(0);
  }
  return sum;
}

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

uint64_t usable_of(uint64_t cgroup_limit) {
  constexpr uint64_t kReserveMax = 16 << 20;
  return cgroup_limit - std::min(cgroup_limit / 8, kReserveMax);
}

MemoryBudget MemoryBudget::of(std::optional<uint64_t> limit) {
  MemoryBudget budget;
  budget.limit_ = limit.value_or(0);
  for (const std::string& file : limit_files(content_of("/proc/self/cgroup"))) {
    const auto found = parse_memory_limit(content_of(file));
    if (!found) continue;
    const uint64_t usable = usable_of(*found);
    if (!limit) budget.limit_ = budget.limit_ == 0 ? usable : std::min(budget.limit_, usable);
    if (!budget.cgroup_.empty()) continue;
    budget.cgroup_ = file.substr(0, file.rfind('/') + 1);
    budget.is_version_2_ = file.ends_with(kLimit2);
  }
  return budget;
}

// /proc/self/statm: pages in all, resident ones, and of these those that belong to files.
uint64_t MemoryBudget::in_use() const {
  std::ifstream statm("/proc/self/statm");
  uint64_t all = 0, resident = 0, of_files = 0;
  statm >> all >> resident >> of_files;
  const uint64_t own = (resident - std::min(resident, of_files)) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  if (cgroup_.empty()) return own;
  if (content_of(cgroup_ + "cgroup.procs") == std::to_string(getpid()) + '\n') return std::max(own, charged());
  return own + (is_version_2_ ? sum_of(content_of(cgroup_ + "memory.stat"), {"sock"}) : 0);
}

uint64_t MemoryBudget::charged() const {
  const uint64_t all = number_in(cgroup_ + (is_version_2_ ? "memory.current" : "memory.usage_in_bytes"));
  const uint64_t files = sum_of(content_of(cgroup_ + "memory.stat"), {"inactive_file", "active_file"});
  return all - std::min(all, files);
}

}  // namespace weft::proxy
