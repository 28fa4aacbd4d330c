#include "control/apiserver/access.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "control/store/sqlite_store.h"
#include "runtime/reactor.h"

namespace weft::control {
namespace {

class AccessTest : public testing::Test {
 protected:
  AccessTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "weft-access-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    store_ = SqliteStore::open(folder_ + "/weft.db").value();
    tokens_.emplace(*store_, clock_);
  }
  ~AccessTest() override { std::filesystem::remove_all(folder_); }

  static http::RequestHead request(const std::string& host, const std::string& authorization = "") {
    http::RequestHead head;
    head.authority = host;
    if (!authorization.empty()) head.headers.add("authorization", authorization);
    return head;
  }
  // "admin", or the code of the refusal.
  std::string caller(const std::string& authorization) {
    const auto role = access().check(request("127.0.0.1:7800", authorization), false);
    return role ? std::string(to_string(*role)) : std::to_string(role.error().code);
  }
  Access access() { return Access::with_tokens("secret", *tokens_); }

  std::string folder_;
  ManualClock clock_;
  runtime::Reactor reactor_{clock_};
  std::unique_ptr<SqliteStore> store_;
  std::optional<ApiTokens> tokens_;
};

TEST_F(AccessTest, TakesTheAdminsTokenOnTcp) {
  EXPECT_EQ(caller("Bearer secret"), "admin");
  EXPECT_EQ(caller("bearer secret"), "admin");
  EXPECT_EQ(caller("Basic YWRtaW46c2VjcmV0"), "admin");  // admin:secret
  for (const char* wrong : {"", "Bearer", "Bearer secre", "Bearer secrets", "Basic secret", "secret", "Digest secret"})
    EXPECT_EQ(caller(wrong), "401") << wrong;
  EXPECT_TRUE(access().check(request("127.0.0.1:7800"), true)) << "health is everybody's";
}

TEST_F(AccessTest, TakesTokensWithTheirRoleAsLongAsTheyHold) {
  const auto text = reactor_.run_until_done(tokens_->create("ci", Role::editor, std::chrono::hours(1))).value();
  EXPECT_EQ(caller("Bearer " + text), "editor");
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(caller("Bearer " + text), "401");
}

TEST_F(AccessTest, RefusesForeignHosts) {
  for (const char* host : {"evil.example:7800", "127.0.0.1.evil.example", "10.0.0.1", "", "localhost.evil.example"})
    EXPECT_EQ(access().check(request(host, "Bearer secret"), true).error().code, 403) << host;
  for (const char* host : {"localhost", "[::1]:7800"})
    EXPECT_TRUE(access().check(request(host, "Bearer secret"), false));
}

TEST_F(AccessTest, WhoMayOpenTheSocketIsTheAdmin) {
  EXPECT_EQ(Access::unrestricted().check(request("anything"), false), Role::admin);
}

}  // namespace
}  // namespace weft::control
