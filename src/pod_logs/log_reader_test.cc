#include "pod_logs/log_reader.h"

#include <fstream>

#include <gtest/gtest.h>

namespace weft::pod_logs {
namespace {

// A log in a folder of its own.
class LogReaderTest : public testing::Test {
 protected:
  LogReaderTest() {
    std::string pattern = testing::TempDir() + "weft-log-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    path_ = folder_ / "app.log";
  }
  ~LogReaderTest() override { std::filesystem::remove_all(folder_); }

  LogReader reader(const std::string& text) const {
    std::ofstream(path_, std::ios::app) << text;
    return LogReader::open(path_).value();
  }

  std::filesystem::path folder_;
  std::filesystem::path path_;
};

TEST_F(LogReaderTest, finds_the_last_lines_of_a_part) {
  const auto log = reader("a\nbb\nccc\nd");
  EXPECT_EQ(log.tail(0, 10, 1), 9u) << "a line without its end counts";
  EXPECT_EQ(log.tail(0, 9, 1), 5u);
  EXPECT_EQ(log.tail(0, 9, 2), 2u);
  EXPECT_EQ(log.tail(0, 9, 99), 0u);
  EXPECT_EQ(log.tail(2, 9, 99), 2u);
  EXPECT_EQ(log.tail(0, 9, 0), 9u);
  EXPECT_EQ(log.tail(0, 0, 3), 0u);
}

TEST_F(LogReaderTest, finds_the_last_lines_across_blocks) {
  const auto log = reader("first\n" + std::string(40'000, 'x') + "\nlast\n");
  EXPECT_EQ(log.tail(0, log.size(), 1), 40'007u);
  EXPECT_EQ(log.tail(0, log.size(), 2), 6u);
}

TEST_F(LogReaderTest, finds_where_a_line_begins) {
  const auto log = reader("a\nbb\n" + std::string(40'000, 'x') + "\ny");
  EXPECT_EQ(log.line_at(0, log.size()), 0u);
  EXPECT_EQ(log.line_at(2, log.size()), 2u);
  EXPECT_EQ(log.line_at(3, log.size()), 5u);
  EXPECT_EQ(log.line_at(6, log.size()), 40'006u);
  EXPECT_EQ(log.line_at(40'007, log.size()), log.size());
}

TEST_F(LogReaderTest, knows_when_another_took_its_place) {
  const auto log = reader("a\n");
  EXPECT_FALSE(log.was_replaced(2));
  std::filesystem::rename(path_, folder_ / "app.log.1");
  EXPECT_FALSE(log.was_replaced(2)) << "no other yet";
  const auto next = reader("b\n");
  EXPECT_TRUE(log.was_replaced(2));
  EXPECT_FALSE(next.was_replaced(2));
  std::ofstream(path_, std::ios::trunc) << "";
  EXPECT_TRUE(next.was_replaced(2));
}

}  // namespace
}  // namespace weft::pod_logs
