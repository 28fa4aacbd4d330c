#include "base/read_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace weft {
namespace {

class ReadFileTest : public testing::Test {
 protected:
  ReadFileTest() {
    char pattern[] = "/tmp/weft-read-XXXXXX";
    folder_ = mkdtemp(pattern);
  }
  ~ReadFileTest() override { std::filesystem::remove_all(folder_); }

  std::string holding(const std::string& text) {
    std::ofstream(folder_ + "/file", std::ios::binary) << text;
    return folder_ + "/file";
  }

  std::string folder_;
};

TEST_F(ReadFileTest, ReadsEveryByte) {
  for (const auto& text : {std::string(), std::string("a\r\n\0b\xff", 6), std::string(100'000, 'x')})
    EXPECT_EQ(read_file(holding(text), 100'000).value(), text);
}

TEST_F(ReadFileTest, ReadsFromAnOffsetOn) {
  EXPECT_EQ(read_file(holding("abc"), 10, 2).value(), "c");
  EXPECT_EQ(read_file(holding("abc"), 1, 2).value(), "c") << "what is skipped does not count";
  EXPECT_EQ(read_file(holding("abc"), 10, 9).value(), "");
}

TEST_F(ReadFileTest, RefusesOneByteMoreThanItMayRead) {
  const auto refused = read_file(holding("12345"), 4);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, Reason::too_large);
  EXPECT_EQ(refused.error().detail, folder_ + "/file is larger than 4 bytes");
  EXPECT_EQ(read_file("/dev/zero", 1 << 20).error().reason, Reason::too_large);
}

TEST_F(ReadFileTest, SaysWhichFileItCannotReadAndWhy) {
  const auto none = read_file(folder_ + "/none", 10);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().reason, Reason::not_found);
  EXPECT_EQ(none.error().detail, folder_ + "/none cannot be read: No such file or directory");
  EXPECT_EQ(read_file(folder_, 10).error().detail, folder_ + " cannot be read: Is a directory");
  EXPECT_FALSE(read_file("", 10));
}

// A process that ended between the listing of /proc and the reading of its command line once ended `weft down`.
TEST_F(ReadFileTest, FailsForAProcessThatIsGone) {
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
  EXPECT_FALSE(read_file("/proc/self/fd/" + std::to_string(folder) + "/cmdline", 1000));
  close(folder);
  close(gate[0]);
  close(gate[1]);
}

}  // namespace
}  // namespace weft
