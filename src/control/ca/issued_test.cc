#include "control/ca/issued.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/store/sqlite_store.h"
#include "runtime/reactor.h"
#include "tls/testing_certificates.h"

namespace weft::control {
namespace {

using std::chrono::hours;
using State = IssuedCertificate::State;
using testing::ElementsAre;
using testing::IsEmpty;

class IssuedTest : public testing::Test {
 protected:
  IssuedTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "weft-issued-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    store_ = SqliteStore::open(folder_ + "/weft.db").value();
  }
  ~IssuedTest() override { std::filesystem::remove_all(folder_); }

  void add(const std::string& serial, const std::string& pod, Duration lifetime = hours(24)) {
    const WallTime now = clock_.wall_now();
    ASSERT_TRUE(reactor_.run_until_done(issued().add({.serial = serial,
                                                      .identity = "spiffe://cluster.local/ns/shop/sa/api",
                                                      .space = "shop",
                                                      .pod = pod,
                                                      .root = "r",
                                                      .issued = now,
                                                      .expires = now + lifetime},
                                                     chain_)));
  }
  size_t mark(const std::string& pod, State state) {
    return reactor_.run_until_done(issued().mark([pod](const auto& one) { return one.pod == pod; }, state)).value();
  }
  // "serial state", ordered.
  std::vector<std::string> listed() {
    std::vector<std::string> found;
    for (const auto& one : issued().list()) found.push_back(one.serial + " " + std::string(to_string(one.state)));
    return found;
  }
  // Made anew each time: everything is in the store.
  IssuedCertificates& issued() { return issued_.emplace(*store_, clock_); }

  static std::vector<tls::Certificate> chain_by(const tls::TestAuthority& authority) {
    const auto key = tls::PrivateKey::make(tls::KeyKind::ecdsa_p256).value();
    auto chain = authority.chain_for(key, "spiffe://cluster.local/ns/shop/sa/api", tls::FaultyOrder{}.validity);
    chain.push_back(authority.root.certificate);
    return chain;
  }

  std::string folder_;
  tls::TestAuthority authority_;
  std::vector<tls::Certificate> chain_ = chain_by(authority_);
  ManualClock clock_;
  runtime::Reactor reactor_{clock_};
  std::unique_ptr<SqliteStore> store_;
  std::optional<IssuedCertificates> issued_;
};

TEST_F(IssuedTest, RemembersWhatWasIssued) {
  add("01", "api-1");
  const auto one = issued().list().at(0);
  EXPECT_EQ(one.serial, "01");
  EXPECT_EQ(one.identity, "spiffe://cluster.local/ns/shop/sa/api");
  EXPECT_EQ(one.space, "shop");
  EXPECT_EQ(one.pod, "api-1");
  EXPECT_EQ(one.root, "r");
  EXPECT_EQ(one.issued, clock_.wall_now());
  EXPECT_EQ(one.expires, clock_.wall_now() + hours(24));
  EXPECT_EQ(one.state, State::good);
}

TEST_F(IssuedTest, ForgetsWhatHasExpired) {
  add("01", "api-1", hours(1));
  add("02", "api-1", hours(3));
  clock_.advance(hours(2));
  EXPECT_THAT(listed(), ElementsAre("02 good"));
  add("03", "api-1");
  EXPECT_EQ(store_->list(kIssuedType, std::nullopt).objects.size(), 2u);
}

TEST_F(IssuedTest, ShowsWhatHasExpiredUntilTheNextIsIssued) {
  add("01", "api-1", hours(1));
  clock_.advance(hours(2));
  EXPECT_EQ(issued().recorded().size(), 1u);
  add("02", "api-1");
  EXPECT_EQ(issued().recorded().size(), 1u);
}

TEST_F(IssuedTest, KeepsTheWholeChain) {
  add("01", "api-1");
  const auto kept = issued().chain_of("01");
  ASSERT_TRUE(kept);
  ASSERT_EQ(kept->size(), 3u);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ((*kept)[i].fingerprint(), chain_[i].fingerprint());
  EXPECT_EQ(issued().chain_of("02").error().reason, Reason::not_found);
}

TEST_F(IssuedTest, KeepsWhatManyWereSignedByOnce) {
  add("01", "api-1");
  add("02", "api-2");
  EXPECT_EQ(store_->list(kIssuersType, std::nullopt).objects.size(), 1u);
  chain_ = chain_by(tls::TestAuthority());
  add("03", "api-2");
  EXPECT_EQ(store_->list(kIssuersType, std::nullopt).objects.size(), 2u);
}

TEST_F(IssuedTest, ForgetsIssuersThatHaveEnded) {
  add("01", "api-1");
  clock_.advance(hours(24 * 365 * 101));
  chain_ = chain_by(tls::TestAuthority());
  add("02", "api-1");
  EXPECT_EQ(store_->list(kIssuersType, std::nullopt).objects.size(), 1u);
}

// Another weftd writes to the same store.
TEST_F(IssuedTest, FollowsWhatOthersWrite) {
  const IssuedCertificates early(*store_, clock_);
  add("01", "api-1");
  add("02", "api-2");
  EXPECT_EQ(early.list().size(), 2u);
  mark("api-2", State::revoked);
  ASSERT_EQ(early.marked().size(), 1u);
  EXPECT_EQ(early.marked().front().serial, "02");
  clock_.advance(hours(25));
  EXPECT_TRUE(early.marked().empty());
  add("03", "api-1");
  EXPECT_EQ(early.recorded().size(), 1u);
}

// A proxy that has just started may be told to replace its certificate at once.
TEST_F(IssuedTest, KnowsTheNewerOneOfASecond) {
  add("02", "api-1");
  clock_.advance(std::chrono::milliseconds(1));
  add("01", "api-1");
  EXPECT_THAT(listed(), ElementsAre("02 good", "01 good"));
}

TEST_F(IssuedTest, MarksWhatIsPicked) {
  add("01", "api-1");
  add("02", "api-2");
  EXPECT_EQ(mark("api-1", State::to_be_replaced), 1u);
  EXPECT_THAT(listed(), ElementsAre("01 replace", "02 good"));
  EXPECT_EQ(mark("api-1", State::to_be_replaced), 0u);
  EXPECT_EQ(mark("api-3", State::revoked), 0u);
}

TEST_F(IssuedTest, NeverTakesARevocationBack) {
  add("01", "api-1");
  EXPECT_EQ(mark("api-1", State::revoked), 1u);
  EXPECT_EQ(mark("api-1", State::to_be_replaced), 0u);
  EXPECT_THAT(listed(), ElementsAre("01 revoked"));
}

}  // namespace
}  // namespace weft::control
