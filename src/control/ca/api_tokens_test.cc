#include "control/ca/api_tokens.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "control/store/sqlite_store.h"
#include "runtime/reactor.h"

namespace weft::control {
namespace {

using std::chrono::hours;

class ApiTokensTest : public testing::Test {
 protected:
  ApiTokensTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "weft-tokens-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    store_ = SqliteStore::open(folder_ + "/weft.db").value();
  }
  ~ApiTokensTest() override { std::filesystem::remove_all(folder_); }

  Result<std::string> create(const std::string& name, Role role, Duration lifetime = hours(1)) {
    return reactor_.run_until_done(tokens().create(name, role, lifetime));
  }
  // Made anew each time: everything is in the store.
  ApiTokens tokens() { return {*store_, clock_}; }

  std::string folder_;
  ManualClock clock_;
  runtime::Reactor reactor_{clock_};
  std::unique_ptr<SqliteStore> store_;
};

TEST_F(ApiTokensTest, StandForARole) {
  const std::string text = create("ci", Role::editor).value();
  EXPECT_EQ(text.size(), 43u);
  const auto found = tokens().find(text);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "ci");
  EXPECT_EQ(found->role, Role::editor);
  EXPECT_FALSE(tokens().find(text.substr(1) + "x"));
  EXPECT_FALSE(tokens().find(""));
}

TEST_F(ApiTokensTest, AreKeptAsDigestsAlone) {
  const std::string text = create("ci", Role::admin).value();
  for (const auto& object : store_->list_all().objects) {
    EXPECT_EQ(object->json.find(text), std::string::npos);
    EXPECT_EQ(object->key.name.find(text), std::string::npos);
  }
}

TEST_F(ApiTokensTest, HaveNamesOfTheirOwn) {
  ASSERT_TRUE(create("ci", Role::viewer));
  EXPECT_EQ(create("ci", Role::admin).error().reason, Reason::conflict);
}

TEST_F(ApiTokensTest, Expire) {
  const std::string text = create("ci", Role::viewer, hours(1)).value();
  clock_.advance(hours(1));
  EXPECT_FALSE(tokens().find(text));
  EXPECT_TRUE(tokens().list().empty());
  EXPECT_TRUE(create("ci", Role::viewer)) << "the name is free again";
  EXPECT_EQ(store_->list(kApiTokensType, std::nullopt).objects.size(), 1u);
}

TEST_F(ApiTokensTest, AreTakenBack) {
  const std::string text = create("ci", Role::viewer).value();
  ASSERT_TRUE(reactor_.run_until_done(tokens().remove("ci")));
  EXPECT_FALSE(tokens().find(text));
  EXPECT_EQ(reactor_.run_until_done(tokens().remove("ci")).error().reason, Reason::not_found);
}

TEST_F(ApiTokensTest, AreListedByName) {
  ASSERT_TRUE(create("b", Role::viewer));
  ASSERT_TRUE(create("a", Role::admin));
  const auto all = tokens().list();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].name, "a");
  EXPECT_EQ(all[0].expires, clock_.wall_now() + hours(1));
}

}  // namespace
}  // namespace weft::control
