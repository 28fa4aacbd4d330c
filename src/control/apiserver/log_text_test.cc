#include "control/apiserver/log_text.h"

#include <filesystem>

#include <gtest/gtest.h>

namespace weft::control {
namespace {

TEST(LogText, IsTheBytesThemselvesUpToALimit) {
  LogText text(nullptr, 5);
  EXPECT_EQ(text.next(0, "abc\n"), "abc\n");
  EXPECT_FALSE(text.is_full());
  EXPECT_EQ(text.next(4, "def\n"), "d");
  EXPECT_TRUE(text.is_full());
}

TEST(LogText, HasATimeBeforeEachLineWhereverPiecesEnd) {
  std::string folder = testing::TempDir() + "weft-log-XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const WallTime start{std::chrono::seconds(1'700'000'000) + std::chrono::milliseconds(120)};
  pod_logs::TimesWriter writer(folder + "/app.log");
  writer.note({0, start});
  writer.note({4, start + std::chrono::seconds(1)});
  const pod_logs::LineTimes times(folder + "/app.log");
  LogText text(&times, std::nullopt);
  EXPECT_EQ(text.next(0, "abc\nd"), "2023-11-14T22:13:20.120000000Z abc\n2023-11-14T22:13:21.120000000Z d");
  EXPECT_EQ(text.next(5, "ef\n\n"), "ef\n2023-11-14T22:13:21.120000000Z \n");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace weft::control
