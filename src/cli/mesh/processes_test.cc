#include "cli/mesh/processes.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace weft::cli {
namespace {

class RunRecordTest : public testing::Test {
 protected:
  RunRecordTest() {
    char pattern[] = "/tmp/weft-run-XXXXXX";
    folder_ = mkdtemp(pattern);
  }
  ~RunRecordTest() override { std::filesystem::remove_all(folder_); }

  std::optional<RunRecord> read(const std::string& text) {
    std::ofstream(folder_ / "run.json") << text;
    return read_run_record(folder_ / "run.json");
  }

  std::filesystem::path folder_;
};

TEST_F(RunRecordTest, IsWhatTheNodeWrote) {
  const auto record = read(R"({"pid": 7, "apiPort": 7800, "version": "0.1.0", "more": []})");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->pid, 7);
  EXPECT_EQ(record->api_port, 7800);
  EXPECT_EQ(record->version, "0.1.0");
}

TEST_F(RunRecordTest, IsNoneWithoutAPid) {
  for (const char* text : {"", "{", "[]", "7", "{}", R"({"pid": "7"})", R"({"pid": 7.5})", R"({"apiPort": 7800})"})
    EXPECT_FALSE(read(text)) << text;
  EXPECT_FALSE(read_run_record(folder_ / "none"));
  EXPECT_FALSE(read_run_record(folder_));
}

// It may be of another version of Weft, or of a hand.
TEST_F(RunRecordTest, LeavesOutWhatItCannotRead) {
  for (const char* text : {R"({"pid": 7})", R"({"pid": 7, "apiPort": -1})", R"({"pid": 7, "apiPort": "x"})",
                           R"({"pid": 7, "apiPort": 65536})", R"({"pid": 7, "version": 3})"}) {
    const auto record = read(text);
    ASSERT_TRUE(record) << text;
    EXPECT_EQ(record->api_port, 0) << text;
    EXPECT_EQ(record->version, "") << text;
  }
  EXPECT_FALSE(read(R"({"pid": 4294967303})")) << "it is no process's";
  EXPECT_FALSE(read(R"({"pid": -1})"));
  EXPECT_FALSE(read(R"({"pid": 0})"));
}

TEST(Processes, AreKnownByTheirWords) {
  const auto words = command_line_of(getpid());
  ASSERT_FALSE(words.empty());
  EXPECT_NE(words.front().find("cli"), std::string::npos);
  EXPECT_TRUE(command_line_of(0x7fffffff).empty());
}

TEST(Processes, ThatAreNoWeftNodeAreNoMeshs) {
  EXPECT_FALSE(is_node_of(getpid(), "/"));
  EXPECT_FALSE(is_node_of(0x7fffffff, "/"));
  EXPECT_TRUE(processes_of("/nonexistent/weft-state").empty());
}

}  // namespace
}  // namespace weft::cli
