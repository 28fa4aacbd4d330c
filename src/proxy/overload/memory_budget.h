// MemoryBudget: how much memory the process may have and how much it has. What counts is its own: a workload in the
// same cgroup that lives near the limit must not make its proxy refuse requests.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::proxy {

// A value, made once at the start. Reading it opens small files of the kernel's.
class MemoryBudget {
 public:
  // No limit at all.
  MemoryBudget() = default;
  // `limit` in bytes; nothing: that of the cgroup, if there is one. 0 is no limit.
  static MemoryBudget of(std::optional<uint64_t> limit);

  uint64_t limit() const { return limit_; }
  // Anonymous memory of the process, and what the cgroup's sockets hold where the kernel counts that against its limit.
  uint64_t in_use() const;

 private:
  uint64_t limit_ = 0;
  std::string statistics_;  // the cgroup's, version 2; empty: there are none
};

// The files that may hold a limit for a process whose /proc/self/cgroup says this: its cgroup's and those above it, of
// both versions. Pure.
std::vector<std::string> limit_files(std::string_view cgroups);

// What such a file says; nothing: no limit. Version 1 writes one as a number beyond all memory. Pure.
std::optional<uint64_t> parse_memory_limit(std::string_view text);

}  // namespace weft::proxy
