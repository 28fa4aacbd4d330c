#include "node/processes/log_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace weft::node {
namespace {

// A folder of this test's own.
class LogFileTest : public testing::Test {
 protected:
  LogFileTest() {
    char pattern[] = "/tmp/weft-log-XXXXXX";
    folder_ = mkdtemp(pattern);
  }
  ~LogFileTest() override { std::filesystem::remove_all(folder_); }
  std::string text_of(const std::string& name) const {
    std::ifstream file(folder_ / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  ManualClock clock_;
  std::filesystem::path folder_;
};

TEST_F(LogFileTest, keeps_the_last_bytes_in_two_files) {
  LogFile log(folder_ / "app.log", clock_, 10);
  log.append("one\n");
  log.append("two\n");
  log.append("three\n");
  EXPECT_EQ(text_of("app.log"), "three\n");
  EXPECT_EQ(text_of("app.log.1"), "one\ntwo\n");
  log.append("four five\n");
  EXPECT_EQ(text_of("app.log.1"), "three\n");
}

TEST_F(LogFileTest, goes_on_where_an_earlier_process_stopped) {
  LogFile(folder_ / "app.log", clock_, 10).append("12345678\n");
  LogFile log(folder_ / "app.log", clock_, 10);
  log.append("ab\n");
  EXPECT_EQ(text_of("app.log"), "ab\n");
  EXPECT_EQ(text_of("app.log.1"), "12345678\n");
}

TEST_F(LogFileTest, notes_when_what_was_written_and_where_a_run_begins) {
  LogFile log(folder_ / "app.log", clock_, 100);
  const WallTime start = clock_.wall_now();
  log.begin_run();
  log.append("one\n");
  clock_.advance(std::chrono::seconds(1));
  log.append("two\n");
  log.begin_run();
  log.append("three\n");
  const pod_logs::LineTimes times(folder_ / "app.log");
  EXPECT_EQ(times.at(0), start);
  EXPECT_EQ(times.at(4), start + std::chrono::seconds(1));
  EXPECT_EQ(times.last_run(14).begin, 8u);
  log.append(std::string(90, 'x'));
  EXPECT_FALSE(pod_logs::LineTimes(folder_ / "app.log").run_before_last(90)) << "it moved away with its log";
}

TEST_F(LogFileTest, counts_what_it_cannot_write) {
  LogFile log(folder_ / "missing" / "app.log", clock_);
  log.append("lost\n");
  EXPECT_EQ(log.dropped_bytes(), 5u);
}

}  // namespace
}  // namespace weft::node
