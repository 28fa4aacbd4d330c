#include "pod_logs/line_times.h"

#include <filesystem>

#include <gtest/gtest.h>

namespace weft::pod_logs {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// The times of a log in a folder of its own.
class LineTimesTest : public testing::Test {
 protected:
  LineTimesTest() {
    std::string pattern = testing::TempDir() + "weft-log-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    log_ = folder_ + "/app.log";
  }
  ~LineTimesTest() override { std::filesystem::remove_all(folder_); }

  const WallTime start_{std::chrono::hours(24 * 365 * 50)};
  std::string folder_;
  std::string log_;
};

TEST_F(LineTimesTest, KnowsNothingOfALogWithoutAny) {
  const LineTimes times(log_);
  EXPECT_FALSE(times.at(0));
  EXPECT_EQ(times.since(start_, 7), 0u);
  EXPECT_EQ(times.last_run(7).end, 7u);
  EXPECT_FALSE(times.run_before_last(7));
}

TEST_F(LineTimesTest, TellsWhenBytesWereWrittenAndWhatCameSince) {
  TimesWriter writer(log_);
  writer.note({10, start_});
  writer.note({20, start_ + milliseconds(9)});  // too soon to be noted
  writer.note({30, start_ + seconds(1)});
  const LineTimes times(log_);
  EXPECT_EQ(times.at(0), start_) << "what is older than the first";
  EXPECT_EQ(times.at(10), start_);
  EXPECT_EQ(times.at(29), start_);
  EXPECT_EQ(times.at(30), start_ + seconds(1));
  EXPECT_EQ(times.at(999), start_ + seconds(1));
  EXPECT_EQ(times.since(start_, 40), 10u);
  EXPECT_EQ(times.since(start_ + milliseconds(1), 40), 30u);
  EXPECT_EQ(times.since(start_ + seconds(2), 40), 40u);
}

TEST_F(LineTimesTest, TellsRunsApart) {
  TimesWriter writer(log_);
  writer.note({0, start_, Begins::run});
  EXPECT_FALSE(LineTimes(log_).run_before_last(10));
  writer.note({0, start_ + seconds(1)});
  writer.note({10, start_ + seconds(1), Begins::run});
  writer.note({10, start_ + seconds(2)});
  writer.note({25, start_ + seconds(3), Begins::run});
  const LineTimes times(log_);
  EXPECT_EQ(times.last_run(30).begin, 25u);
  EXPECT_EQ(times.last_run(30).end, 30u);
  EXPECT_EQ(times.run_before_last(30)->begin, 10u);
  EXPECT_EQ(times.run_before_last(30)->end, 25u);
}

}  // namespace
}  // namespace weft::pod_logs
