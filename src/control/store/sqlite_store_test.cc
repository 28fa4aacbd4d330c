#include "control/store/sqlite_store.h"

#include <csignal>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/reactor.h"

namespace weft::control {
namespace {

class SqliteStoreTest : public testing::Test {
 protected:
  SqliteStoreTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "weft-sqlite-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    path_ = folder_ + "/weft.db";
  }
  ~SqliteStoreTest() override { std::filesystem::remove_all(folder_); }

  Result<Revision> commit(SqliteStore& store, Batch batch) {
    return reactor_.run_until_done(store.commit(std::move(batch)));
  }

  std::string folder_;
  std::string path_;
  SystemClock clock_;
  runtime::Reactor reactor_{clock_};
};

Key pod(const std::string& name) {
  return {"/pods", "a", name};
}

// Commits pairs of objects for ever and says each acknowledged revision on `out`.
[[noreturn]] void write_until_killed(const std::string& path, int out) {
  SystemClock clock;
  runtime::Reactor reactor(clock);
  auto store = SqliteStore::open(path);
  if (!store) _exit(3);
  while (true) {
    const std::string name = std::to_string((*store)->revision().value());
    const auto done = reactor.run_until_done(
        (*store)->commit({{pod("left-" + name), {}, "{\"n\":1}"}, {pod("right-" + name), {}, "{\"n\":1}"}}));
    if (!done) _exit(4);
    const uint64_t revision = done->value();
    if (write(out, &revision, sizeof revision) != sizeof revision) _exit(5);
  }
}

TEST_F(SqliteStoreTest, KeepsEveryAcknowledgedWriteThroughKill9) {
  uint64_t acknowledged = 0;
  for (int round = 0; round < 10; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) write_until_killed(path_, ends[1]);
    close(ends[1]);
    for (int i = 0; i <= round * 3; ++i)
      ASSERT_EQ(read(ends[0], &acknowledged, sizeof acknowledged), static_cast<ssize_t>(sizeof acknowledged));
    kill(child, SIGKILL);
    while (read(ends[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged) {
    }
    close(ends[0]);
    waitpid(child, nullptr, 0);

    auto store = SqliteStore::open(path_);
    ASSERT_TRUE(store) << store.error().detail;
    EXPECT_GE((*store)->revision().value(), acknowledged);
    // Nothing half-visible: both objects of each pair are there.
    EXPECT_EQ((*store)->list("/pods", "a").objects.size(), (*store)->revision().value());
    EXPECT_EQ((*store)->revision().value() % 2, 0u);
  }
}

TEST_F(SqliteStoreTest, RefusesASecondProcessOnTheSameFile) {
  auto store = SqliteStore::open(path_);
  ASSERT_TRUE(store);
  const pid_t child = fork();
  if (child == 0) {
    const auto second = SqliteStore::open(path_);
    _exit(!second && second.error().reason == Reason::denied ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(SqliteStoreTest, RefusesARowWhoseBytesWereFlipped) {
  {
    auto store = SqliteStore::open(path_);
    ASSERT_TRUE(commit(**store, {{pod("x"), {}, "{\"marker\":\"0123456789\"}"}}));
  }
  std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const size_t at = bytes.find("0123456789");
  ASSERT_NE(at, std::string::npos);
  file.seekp(static_cast<std::streamoff>(at));
  file.put('1');
  file.close();
  const auto opened = SqliteStore::open(path_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().reason, Reason::malformed);
}

TEST_F(SqliteStoreTest, RefusesAFileThatIsNoStore) {
  std::ofstream(path_) << "this is a text file, longer than the header of a database, so that it is looked at in full";
  const auto opened = SqliteStore::open(path_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().reason, Reason::malformed);
}

TEST_F(SqliteStoreTest, RefusesAFileOfALaterFormat) {
  {
    ASSERT_TRUE(SqliteStore::open(path_));
  }
  {
    ASSERT_TRUE(Database::open(path_)->run("PRAGMA user_version=2"));
  }
  const auto opened = SqliteStore::open(path_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().detail,
            "opening " + path_ + ": the store was written in format 2, this weftd reads format 1");
}

TEST_F(SqliteStoreTest, AFullStoreRefusesTheWriteAndGoesOn) {
  auto store = SqliteStore::open(path_, {.file_size_bytes = 256 * 1024});
  ASSERT_TRUE(store);
  const auto too_much = commit(**store, {{pod("big"), {}, std::string(400 * 1024, 'x')}});
  ASSERT_FALSE(too_much);
  EXPECT_EQ(too_much.error().reason, Reason::unavailable);
  EXPECT_EQ((*store)->get(pod("big")), nullptr);
  EXPECT_TRUE(commit(**store, {{pod("small"), {}, "{}"}}));
}

}  // namespace
}  // namespace weft::control
