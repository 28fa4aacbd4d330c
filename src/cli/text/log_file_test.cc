#include "cli/text/log_file.h"

#include <fstream>

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

// A log in a folder of its own.
class LogFileTest : public testing::Test {
 protected:
  LogFileTest() {
    std::string pattern = testing::TempDir() + "weft-log-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    path_ = folder_ / "app.log";
  }
  ~LogFileTest() override { std::filesystem::remove_all(folder_); }

  void append(const std::string& text) { std::ofstream(path_, std::ios::app) << text; }

  std::filesystem::path folder_;
  std::filesystem::path path_;
};

TEST_F(LogFileTest, gives_the_last_lines) {
  append("a\nb\nc\n");
  EXPECT_EQ(LogFile::open(path_)->tail(2), "b\nc\n");
  EXPECT_EQ(LogFile::open(path_)->tail(3), "a\nb\nc\n");
  EXPECT_EQ(LogFile::open(path_)->tail(9), "a\nb\nc\n");
  EXPECT_EQ(LogFile::open(path_)->tail(0), "");
}

TEST_F(LogFileTest, goes_on_with_what_is_written_later) {
  append("a\n");
  auto log = LogFile::open(path_);
  log->tail(1);
  EXPECT_EQ(log->more(), "");
  append("b\n");
  EXPECT_EQ(log->more(), "b\n");
}

TEST_F(LogFileTest, follows_the_name_to_a_new_file) {
  append("a\n");
  auto log = LogFile::open(path_);
  log->tail(1);
  append("last\n");
  std::filesystem::rename(path_, folder_ / "app.log.1");
  append("first\n");
  EXPECT_EQ(log->more(), "last\n");
  EXPECT_EQ(log->more(), "first\n");
}

TEST_F(LogFileTest, starts_again_when_the_file_was_cut) {
  append("a long line\n");
  auto log = LogFile::open(path_);
  log->tail(1);
  std::ofstream(path_, std::ios::trunc) << "b\n";
  EXPECT_EQ(log->more(), "b\n");
}

TEST_F(LogFileTest, says_what_can_not_be_opened) {
  EXPECT_EQ(LogFile::open(path_).error().reason, Reason::not_found);
}

}  // namespace
}  // namespace weft::cli
