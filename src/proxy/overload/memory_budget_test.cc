#include "proxy/overload/memory_budget.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

namespace weft::proxy {
namespace {

using Texts = std::vector<std::string>;

TEST(MemoryBudget, limits_are_looked_for_up_the_cgroups_of_version_2) {
  EXPECT_EQ(limit_files("0::/kube/pod1/app\n"),
            (Texts{"/sys/fs/cgroup/kube/pod1/app/memory.max", "/sys/fs/cgroup/kube/pod1/memory.max",
                   "/sys/fs/cgroup/kube/memory.max", "/sys/fs/cgroup/memory.max"}));
}

TEST(MemoryBudget, limits_are_looked_for_under_the_memory_controller_of_version_1) {
  EXPECT_EQ(limit_files("5:cpu,cpuacct:/a\n4:memory:/a\n"),
            (Texts{"/sys/fs/cgroup/memory/a/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}));
  EXPECT_EQ(limit_files("0::/\n"), Texts{"/sys/fs/cgroup/memory.max"});
}

TEST(MemoryBudget, what_is_no_list_of_cgroups_names_no_file) {
  EXPECT_EQ(limit_files(""), Texts{});
  EXPECT_EQ(limit_files("garbage\n:::\n4:cpu:/a"), Texts{});
}

TEST(MemoryBudget, a_limit_is_a_number_of_bytes) {
  EXPECT_EQ(parse_memory_limit("134217728\n"), 134217728u);
  EXPECT_EQ(parse_memory_limit("max\n"), std::nullopt);
  EXPECT_EQ(parse_memory_limit("9223372036854771712\n"), std::nullopt);
  EXPECT_EQ(parse_memory_limit(""), std::nullopt);
}

TEST(MemoryBudget, what_was_said_goes_before_what_was_found) {
  EXPECT_EQ(MemoryBudget::of(1000).limit(), 1000u);
  EXPECT_EQ(MemoryBudget::of(0).limit(), 0u);
  EXPECT_EQ(MemoryBudget().limit(), 0u);
}

TEST(MemoryBudget, something_is_left_for_what_comes_between_two_looks) {
  constexpr uint64_t kMib = 1 << 20;
  EXPECT_EQ(usable_of(1024 * kMib), 1008 * kMib);
  EXPECT_EQ(usable_of(128 * kMib), 112 * kMib);
  EXPECT_EQ(usable_of(64 * kMib), 56 * kMib);
  EXPECT_EQ(usable_of(0), 0u);
}

TEST(MemoryBudget, lines_of_the_statistics_are_found_by_their_whole_names) {
  constexpr std::string_view kStatistics =
      "anon 1\nfile 2\ninactive_file 4\nactive_file 8\nsock 16\ntotal_active_file 32\n";
  EXPECT_EQ(sum_of(kStatistics, {"inactive_file", "active_file"}), 12u);
  EXPECT_EQ(sum_of(kStatistics, {"sock"}), 16u);
  EXPECT_EQ(sum_of(kStatistics, {"soc", "sock "}), 0u);
  EXPECT_EQ(sum_of("sock\nsock x\nsock 99999999999999999999999\n", {"sock"}), 0u);
  EXPECT_EQ(sum_of("", {"sock"}), 0u);
}

TEST(MemoryBudget, memory_that_is_touched_is_in_use) {
  constexpr size_t kSize = 32u << 20;
  const auto budget = MemoryBudget::of(1u << 30);
  const uint64_t before = budget.in_use();
  void* const bytes = mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  ASSERT_NE(bytes, MAP_FAILED);
  EXPECT_GE(budget.in_use(), before + kSize / 2);
  munmap(bytes, kSize);
}

}  // namespace
}  // namespace weft::proxy
