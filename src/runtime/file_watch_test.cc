#include "runtime/file_watch.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "runtime/gate.h"

namespace weft::runtime {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, const std::string& text) {
  std::ofstream(path) << text;
}

class FileWatchTest : public testing::Test {
 protected:
  FileWatchTest() {
    fs::create_directory(root_ / "certs");
    write(file_, "first");
    spawn(gate_, count(*this));
  }
  ~FileWatchTest() override {
    watch_->cancel();
    turn();
    fs::remove_all(root_);
  }

  static fs::path make_folder() {
    std::string pattern = fs::temp_directory_path() / "weft-files-XXXXXX";
    return mkdtemp(pattern.data());
  }
  static Task<void> count(FileWatchTest& test) {
    while (co_await test.watch_->changed()) ++test.changes_;
  }
  void turn() {
    for (int i = 0; i < 3; ++i) reactor_.turn(Duration::zero());
  }
  // Whether the watch has told of something since this was last asked.
  bool has_told() {
    turn();
    return std::exchange(changes_, 0) > 0;
  }
  void follow() {
    watch_->follow({file_});
    EXPECT_TRUE(has_told());
    EXPECT_FALSE(has_told());
  }

  SystemClock clock_;
  Reactor reactor_{clock_};
  Gate gate_{reactor_};
  std::unique_ptr<FileWatch> watch_ = FileWatch::open(reactor_).value();
  fs::path root_ = make_folder();
  fs::path file_ = root_ / "certs" / "ca.crl";
  int changes_ = 0;
};

TEST_F(FileWatchTest, TellsOfAFileThatIsReplacedByRenaming) {
  follow();
  write(root_ / "certs" / "new", "second");
  EXPECT_FALSE(has_told());
  fs::rename(root_ / "certs" / "new", file_);
  EXPECT_TRUE(has_told());
}

TEST_F(FileWatchTest, TellsOfAFileThatIsWrittenAnewOrGone) {
  follow();
  write(file_, "second");
  EXPECT_TRUE(has_told());
  fs::remove(file_);
  EXPECT_TRUE(has_told());
  write(file_, "third");
  EXPECT_TRUE(has_told());
}

TEST_F(FileWatchTest, SaysNothingOfOtherFiles) {
  follow();
  write(root_ / "certs" / "other", "x");
  write(root_ / "other", "x");
  fs::remove(root_ / "certs" / "other");
  EXPECT_FALSE(has_told());
}

TEST_F(FileWatchTest, TellsOfAVolumeOfKubernetesThatIsUpdated) {
  const fs::path volume = root_ / "volume";
  fs::create_directories(volume / "..first");
  fs::create_directories(volume / "..second");
  fs::create_directory_symlink("..first", volume / "..data");
  fs::create_symlink("..data/ca.crl", volume / "ca.crl");
  file_ = volume / "ca.crl";
  follow();
  fs::create_directory_symlink("..second", volume / "..data_tmp");
  fs::rename(volume / "..data_tmp", volume / "..data");
  EXPECT_TRUE(has_told());
}

TEST_F(FileWatchTest, TellsOfAFolderThatIsReplacedAndFollowsTheNewOne) {
  follow();
  fs::create_directory(root_ / "new");
  write(root_ / "new" / "ca.crl", "second");
  fs::rename(root_ / "certs", root_ / "old");
  fs::rename(root_ / "new", root_ / "certs");
  EXPECT_TRUE(has_told());
  write(file_, "third");
  EXPECT_TRUE(has_told());
  write(root_ / "old" / "ca.crl", "fourth");
  EXPECT_FALSE(has_told());
}

TEST_F(FileWatchTest, TellsOfAFolderThatComesLater) {
  file_ = root_ / "later" / "ca.crl";
  follow();
  fs::create_directory(root_ / "later");
  EXPECT_TRUE(has_told());
  write(file_, "first");
  EXPECT_TRUE(has_told());
}

TEST_F(FileWatchTest, ForgetsWhatIsNotFollowedAnyMore) {
  follow();
  watch_->follow({});
  write(file_, "second");
  EXPECT_FALSE(has_told());
}

}  // namespace
}  // namespace weft::runtime
