#include "cli/input/files.h"

#include <fstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace weft::cli {
namespace {

TEST(Files, are_read_from_an_offset_on) {
  const auto path = testing::TempDir() + "weft-files-test";
  std::ofstream(path) << "abc";
  EXPECT_EQ(read_file(path), "abc");
  EXPECT_EQ(read_file(path, 2), "c");
  EXPECT_EQ(read_file(path, 9), "");
  std::filesystem::remove(path);
}

TEST(Files, that_can_not_be_read_are_nothing) {
  EXPECT_EQ(read_file("/no/such/file"), std::nullopt);
  EXPECT_EQ(read_file("/proc"), std::nullopt);
  EXPECT_TRUE(entries_of("/no/such/folder").empty());
}

// A process that ended between the listing of /proc and the reading of its command line once ended `weft down`.
TEST(Files, of_a_process_that_is_gone_are_nothing) {
  int gate[2];
  ASSERT_EQ(pipe(gate), 0);
  const pid_t child = fork();
  if (child == 0) {
    char byte = 0;
    _exit(read(gate[0], &byte, 1) == 1 ? 0 : 1);
  }
  const auto folder = open(("/proc/" + std::to_string(child)).c_str(), 0);
  ASSERT_EQ(write(gate[1], "x", 1), 1);
  waitpid(child, nullptr, 0);
  EXPECT_EQ(read_file("/proc/self/fd/" + std::to_string(folder) + "/cmdline"), std::nullopt);
  close(folder);
  close(gate[0]);
  close(gate[1]);
}

}  // namespace
}  // namespace weft::cli
