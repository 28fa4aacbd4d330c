#include "control/jwks/kept_keys.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "api/tree.h"
#include "control/store/sqlite_store.h"
#include "jose/signing_for_test.h"
#include "runtime/reactor.h"

namespace weft::control {
namespace {

class KeptKeysTest : public testing::Test {
 protected:
  KeptKeysTest() {
    std::string folder = testing::TempDir() + "weft-kept-keys-XXXXXX";
    folder_ = mkdtemp(folder.data());
    open();
  }
  ~KeptKeysTest() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  void open() {
    store_.reset();
    store_ = SqliteStore::open(folder_ + "/weft.db").value();
    kept_.emplace(*store_, clock_);
  }
  static mesh::KeySource at(const std::string& url) { return {mesh::KeySource::Kind::keys, url}; }
  void keep(const std::string& url) { reactor_.run_until_done(kept_->keep(at(url), keys_)); }

  ManualClock clock_;
  runtime::Reactor reactor_{clock_};
  std::string folder_;
  std::unique_ptr<SqliteStore> store_;
  std::optional<KeptKeys> kept_;
  std::string keys_ = jose::SigningKey::p256().jwks();
};

TEST_F(KeptKeysTest, AreThereAfterARestartWithTheirAge) {
  clock_.advance(std::chrono::hours(1000));
  keep("https://a/keys");
  clock_.advance(std::chrono::hours(3));
  open();
  const auto kept = kept_->find(at("https://a/keys"));
  ASSERT_TRUE(kept);
  EXPECT_NE(kept->key_set.find("\"kty\""), std::string::npos);
  EXPECT_EQ(kept->age, std::chrono::hours(3));
  EXPECT_FALSE(kept_->find(at("https://b/keys")));
  EXPECT_FALSE(kept_->find({mesh::KeySource::Kind::discovery, "https://a/keys"}));
}

TEST_F(KeptKeysTest, WhatStaysAsItIsIsWrittenOnceAnHour) {
  keep("https://a/keys");
  const Revision first = store_->revision();
  clock_.advance(std::chrono::minutes(59));
  keep("https://a/keys");
  EXPECT_EQ(store_->revision(), first);
  clock_.advance(std::chrono::minutes(2));
  keep("https://a/keys");
  EXPECT_NE(store_->revision(), first);
}

TEST_F(KeptKeysTest, TheOldestGoBeyondTheirNumber) {
  for (int i = 0; i < 66; ++i) {
    clock_.advance(std::chrono::minutes(1));
    keep("https://" + std::to_string(i));
  }
  EXPECT_EQ(store_->list(kKeySetsType, std::nullopt).objects.size(), 64u);
  EXPECT_FALSE(kept_->find(at("https://0")));
  EXPECT_FALSE(kept_->find(at("https://1")));
  EXPECT_TRUE(kept_->find(at("https://2")));
  EXPECT_TRUE(kept_->find(at("https://65")));
}

TEST_F(KeptKeysTest, WhatIsNoKeySetOrFromTheFutureIsNotBelieved) {
  const auto put = [&](const char* url, const std::string& json) {
    const Key key{std::string(kKeySetsType), "", std::string("keys ") + url};
    ASSERT_TRUE(reactor_.run_until_done(store_->commit({{key, Revision{}, json}})));
  };
  put("https://a", "{}");
  put("https://b", R"({"confirmed":0,"keySet":"nonsense"})");
  put("https://c", R"({"confirmed":99999999999,"keySet":)" + api::Json(keys_).dump() + "}");
  put("https://d", R"({"confirmed":0,"keySet":)" + api::Json(keys_).dump() + "}");
  for (const char* url : {"https://a", "https://b", "https://c"}) EXPECT_FALSE(kept_->find(at(url))) << url;
  EXPECT_TRUE(kept_->find(at("https://d")));
}

}  // namespace
}  // namespace weft::control
