#include "xds/client/bearer_token.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace weft::xds {
namespace {

class BearerTokenTest : public testing::Test {
 protected:
  BearerTokenTest() {
    char pattern[] = "/tmp/weft-token-XXXXXX";
    folder_ = mkdtemp(pattern);
  }
  ~BearerTokenTest() override { std::filesystem::remove_all(folder_); }

  Result<std::string> read(const std::string& text) {
    std::ofstream(folder_ + "/token") << text;
    return read_authorization(folder_ + "/token");
  }

  std::string folder_;
};

TEST_F(BearerTokenTest, IsWhatTheFileHoldsWithoutTheBlanksAroundIt) {
  EXPECT_EQ(read("a.b.c").value(), "Bearer a.b.c");
  EXPECT_EQ(read(" a.b.c\r\n").value(), "Bearer a.b.c");
}

TEST_F(BearerTokenTest, IsReadAnewEveryTime) {
  EXPECT_EQ(read("one").value(), "Bearer one");
  EXPECT_EQ(read("two").value(), "Bearer two");
}

// A renewal that is being written is no token: to be refused with it would look as if the pod had lost its right.
TEST_F(BearerTokenTest, IsNothingInAnEmptyFile) {
  EXPECT_EQ(read("\n").error().detail, "the token file " + folder_ + "/token is empty");
}

TEST_F(BearerTokenTest, IsNothingWhereThereIsNoFile) {
  const auto none = read_authorization(folder_ + "/none");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().reason, Reason::not_found);
  EXPECT_EQ(none.error().detail, folder_ + "/none cannot be read: No such file or directory");
  EXPECT_FALSE(read_authorization(folder_)) << "a folder is no token";
}

}  // namespace
}  // namespace weft::xds
