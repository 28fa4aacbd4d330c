#include "control/ca/key_file.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace weft::control {
namespace {

class KeyFileTest : public testing::Test {
 protected:
  KeyFileTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "weft-key-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    path_ = folder_ + "/key";
  }
  ~KeyFileTest() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
  std::string path_;
};

TEST_F(KeyFileTest, MakesASecretOnceAndFindsItAgain) {
  const auto made = load_or_make_secret(path_, 32);
  ASSERT_TRUE(made) << made.error().detail;
  EXPECT_EQ(made->size(), 32u);
  EXPECT_EQ(load_or_make_secret(path_, 32).value(), *made);
  struct stat status{};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
}

TEST_F(KeyFileTest, RefusesASecretThatOthersMayRead) {
  ASSERT_TRUE(load_or_make_secret(path_, 32));
  ASSERT_EQ(chmod(path_.c_str(), 0644), 0);
  const auto refused = load_or_make_secret(path_, 32);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, Reason::denied);
  EXPECT_NE(refused.error().detail.find("chmod 600 '" + path_ + "'"), std::string::npos) << refused.error().detail;
}

TEST_F(KeyFileTest, RefusesASecretOfAnotherSize) {
  std::ofstream(path_) << "short";
  ASSERT_EQ(chmod(path_.c_str(), 0600), 0);
  EXPECT_EQ(load_or_make_secret(path_, 32).error().reason, Reason::malformed);
}

TEST_F(KeyFileTest, FollowsNoLink) {
  std::filesystem::create_symlink("/dev/zero", path_);
  EXPECT_FALSE(load_or_make_secret(path_, 32));
}

}  // namespace
}  // namespace weft::control
