// MemoryBudget: how much memory the process may have and how much it has. What counts is its own: a workload in the
// same cgroup that lives near the limit must not make its proxy refuse requests. Alone in its cgroup, it answers for
// all that is charged to that, also for what the kernel holds for its connections.
#pragma once

#include <cstdint>
#include <initializer_list>
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
  // `limit` in bytes; nothing: what is usable of that of the cgroup, if there is one. 0 is no limit.
  static MemoryBudget of(std::optional<uint64_t> limit);

  uint64_t limit() const { return limit_; }
  // Anonymous memory of the process, and what the cgroup's sockets hold where the kernel counts that against its limit;
  // of a process that is alone in the cgroup with the limit all that is charged there but pages of files, which the
  // kernel takes back.
  uint64_t in_use() const;

 private:
  uint64_t charged() const;

  uint64_t limit_ = 0;
  std::string cgroup_;         // its folder, with a slash; empty: there is none with a limit
  bool is_version_2_ = false;  // of cgroups
};

// What to count as the limit where the kernel ends a process that passes its own: memory grows between two looks by
// what shards read in one turn, up to 64 KiB of each of 256 connections. Pure.
uint64_t usable_of(uint64_t cgroup_limit);

// The sum of the lines of memory.stat with these names. Pure.
uint64_t sum_of(std::string_view statistics, std::initializer_list<std::string_view> names);

// The files that may hold a limit for a process whose /proc/self/cgroup says this: its cgroup's and those above it, of
// both versions. Pure.
std::vector<std::string> limit_files(std::string_view cgroups);

// What such a file says; nothing: no limit. Version 1 writes one as a number beyond all memory. Pure.
std::optional<uint64_t> parse_memory_limit(std::string_view text);

}  // namespace weft::proxy
