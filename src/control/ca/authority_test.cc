#include "control/ca/authority.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "api/base64.h"
#include "control/store/json_access.h"
#include "control/store/sqlite_store.h"
#include "runtime/reactor.h"
#include "tls/chain_check.h"
#include "tls/testing_certificates.h"

namespace weft::control {
namespace {

using std::chrono::hours;
using tls::PeerRole;
using tls::PrivateKey;
using tls::SpiffeId;

const std::vector<std::string> kDomains = {"cluster.local"};

// A state folder with a store, and weftds that start in it.
class AuthorityTest : public testing::Test {
 protected:
  AuthorityTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "weft-ca-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    std::filesystem::create_directories(folder_ + "/keys");
    store_ = SqliteStore::open(folder_ + "/weft.db").value();
  }
  ~AuthorityTest() override { std::filesystem::remove_all(folder_); }

  Result<std::unique_ptr<Authority>> open(Duration lifetime = hours(24)) {
    return reactor_.run_until_done(Authority::open(*store_, clock_, {folder_, lifetime}));
  }
  std::vector<tls::Certificate> issue(Authority& authority, Duration lifetime = {}) {
    return authority.issue(id_, key_.public_key(), lifetime).value();
  }
  Result<> rotate(Authority& authority, RotationStep step) { return reactor_.run_until_done(authority.rotate(step)); }
  std::optional<tls::ChainFault> check(const std::vector<tls::Certificate>& chain,
                                       const std::vector<tls::Certificate>& roots) {
    return tls::check_chain({chain, roots, PeerRole::client, kDomains, clock_.wall_now()});
  }
  void write(const std::string& name, const std::string& text, mode_t mode = 0600) {
    std::filesystem::create_directories(folder_ + "/cacerts");
    std::ofstream(folder_ + "/cacerts/" + name) << text;
    chmod((folder_ + "/cacerts/" + name).c_str(), mode);
  }
  void plug_in_files() {
    write("ca-cert.pem", plugged_.intermediate.certificate.to_pem());
    write("ca-key.pem", plugged_.intermediate.key.to_pem().value());
    write("cert-chain.pem", plugged_.intermediate.certificate.to_pem());
    write("root-cert.pem", plugged_.root.certificate.to_pem());
  }

  std::string folder_;
  ManualClock clock_;
  runtime::Reactor reactor_{clock_};
  std::unique_ptr<SqliteStore> store_;
  PrivateKey key_ = PrivateKey::make(tls::KeyKind::ecdsa_p256).value();
  SpiffeId id_ = SpiffeId::of_workload("cluster.local", "shop", "api").value();
  tls::TestAuthority plugged_;
};

TEST_F(AuthorityTest, IssuesLeavesThatLeadToItsRoot) {
  const auto authority = open().value();
  const auto chain = issue(*authority);
  ASSERT_EQ(chain.size(), 3u);
  EXPECT_EQ(check(chain, authority->roots()), std::nullopt);
  EXPECT_EQ(chain[0].alternative_names().uris, std::vector<std::string>{id_.uri()});
  EXPECT_EQ(chain[0].validity().until, clock_.wall_now() + hours(24));
  EXPECT_EQ(chain[2].fingerprint(), authority->roots().front().fingerprint());
}

TEST_F(AuthorityTest, CutsLifetimesToTheMeshs) {
  const auto authority = open(hours(2)).value();
  EXPECT_EQ(issue(*authority, hours(1)).front().validity().until, clock_.wall_now() + hours(1));
  EXPECT_EQ(issue(*authority, hours(24 * 365)).front().validity().until, clock_.wall_now() + hours(2));
  EXPECT_EQ(issue(*authority, -hours(1)).front().validity().until, clock_.wall_now() + hours(2));
  EXPECT_EQ(issue(*authority, std::chrono::nanoseconds(1)).front().validity().until,
            clock_.wall_now() + std::chrono::seconds(10));
}

TEST_F(AuthorityTest, KeepsItsRootAndIntermediateOverARestart) {
  const auto before = issue(*open().value());
  const auto after = issue(*open().value());
  EXPECT_EQ(before[1].fingerprint(), after[1].fingerprint());
  EXPECT_EQ(before[2].fingerprint(), after[2].fingerprint());
}

// Each has its own intermediate; who comes second uses the root that the first has made.
TEST_F(AuthorityTest, SharesItsRootWithAnotherWeftd) {
  const auto first = open().value();
  std::filesystem::remove(folder_ + "/keys/intermediate.pem");
  const auto second = open().value();
  EXPECT_EQ(first->roots().front().fingerprint(), second->roots().front().fingerprint());
  EXPECT_NE(issue(*first)[1].fingerprint(), issue(*second)[1].fingerprint());
  EXPECT_EQ(check(issue(*first), second->roots()), std::nullopt);
}

TEST_F(AuthorityTest, KeepsItsIntermediateToItself) {
  ASSERT_TRUE(open());
  const std::string path = folder_ + "/keys/intermediate.pem";
  struct stat status{};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
  chmod(path.c_str(), 0640);
  const auto refused = open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, Reason::denied);
}

TEST_F(AuthorityTest, DoesNotStartOnABrokenIntermediate) {
  ASSERT_TRUE(open());
  std::ofstream(folder_ + "/keys/intermediate.pem") << "no key";
  EXPECT_EQ(open().error().reason, Reason::malformed);
}

TEST_F(AuthorityTest, RenewsItsIntermediateAtHalfItsLife) {
  const auto authority = open().value();
  const auto before = issue(*authority);
  clock_.advance(hours(24 * 200));
  const auto after = issue(*authority);
  EXPECT_NE(before[1].fingerprint(), after[1].fingerprint());
  EXPECT_EQ(check(after, authority->roots()), std::nullopt);
}

TEST_F(AuthorityTest, ChangesItsRootWithoutAMomentOfDistrust) {
  const auto authority = open().value();
  const auto old_chain = issue(*authority);
  const auto old_roots = authority->roots();
  ASSERT_TRUE(rotate(*authority, RotationStep::introduce));
  EXPECT_EQ(authority->roots().size(), 2u);
  EXPECT_EQ(check(issue(*authority), old_roots), std::nullopt);  // who has not heard of it is not met by it
  ASSERT_TRUE(rotate(*authority, RotationStep::switch_over));
  const auto new_chain = issue(*authority);
  EXPECT_NE(check(new_chain, old_roots), std::nullopt);
  EXPECT_EQ(check(new_chain, authority->roots()), std::nullopt);
  EXPECT_EQ(check(old_chain, authority->roots()), std::nullopt);
  ASSERT_TRUE(rotate(*authority, RotationStep::retire));
  EXPECT_EQ(authority->roots().size(), 1u);
  EXPECT_EQ(check(old_chain, authority->roots()), tls::ChainFault::untrusted);
  EXPECT_EQ(check(new_chain, authority->roots()), std::nullopt);
}

TEST_F(AuthorityTest, FollowsAChangeThatAnotherWeftdMade) {
  const auto first = open().value();
  const auto second = open().value();
  ASSERT_TRUE(rotate(*first, RotationStep::introduce));
  EXPECT_EQ(second->roots().size(), 2u);
  EXPECT_EQ(second->phase(), RotationPhase::introduced);
}

TEST_F(AuthorityTest, IssuesWithWhatIsPluggedInByFiles) {
  plug_in_files();
  const auto authority = open().value();
  const auto chain = issue(*authority);
  EXPECT_EQ(chain[1].fingerprint(), plugged_.intermediate.certificate.fingerprint());
  EXPECT_EQ(check(chain, {plugged_.root.certificate}), std::nullopt);
  EXPECT_EQ(authority->roots().size(), 1u);
  EXPECT_EQ(store_->get(trust_key()), nullptr);  // no root of our own is made
  EXPECT_EQ(authority->phase(), std::nullopt);
  EXPECT_EQ(rotate(*authority, RotationStep::introduce).error().reason, Reason::unsupported);
}

TEST_F(AuthorityTest, IssuesWithAPluggedInRoot) {
  write("ca-cert.pem", plugged_.root.certificate.to_pem());
  write("ca-key.pem", plugged_.root.key.to_pem().value());
  write("root-cert.pem", plugged_.root.certificate.to_pem());
  const auto authority = open().value();
  const auto chain = issue(*authority);
  ASSERT_EQ(chain.size(), 2u);
  EXPECT_EQ(check(chain, authority->roots()), std::nullopt);
}

TEST_F(AuthorityTest, RefusesWhatIsPluggedInButDoesNotFit) {
  plug_in_files();
  write("ca-key.pem", key_.to_pem().value());
  EXPECT_EQ(open().error().reason, Reason::invalid);
  plug_in_files();
  write("root-cert.pem", tls::TestAuthority().root.certificate.to_pem());
  EXPECT_EQ(open().error().reason, Reason::invalid);
  plug_in_files();
  write("ca-key.pem", plugged_.intermediate.key.to_pem().value(), 0644);
  EXPECT_EQ(open().error().reason, Reason::denied);
}

// As `kubectl create secret generic cacerts -n istio-system` makes it, while the mesh runs on its own root.
TEST_F(AuthorityTest, TakesASecretAndStillTrustsItsOwnRoot) {
  const auto authority = open().value();
  const auto own_chain = issue(*authority);
  const auto encode = [](const std::string& text) { return api::encode_base64(text); };
  const api::Json secret{{"metadata", {{"name", "cacerts"}}},
                         {"data",
                          {{"ca-cert.pem", encode(plugged_.intermediate.certificate.to_pem())},
                           {"ca-key.pem", encode(plugged_.intermediate.key.to_pem().value())},
                           {"cert-chain.pem", encode("")},
                           {"root-cert.pem", encode(plugged_.root.certificate.to_pem())}}}};
  Batch batch;
  batch.push_back({plugged_key(), Revision{}, secret.dump()});
  ASSERT_TRUE(reactor_.run_until_done(store_->commit(std::move(batch))));
  EXPECT_EQ(check(issue(*authority), {plugged_.root.certificate}), std::nullopt);
  EXPECT_EQ(check(own_chain, authority->roots()), std::nullopt);
  EXPECT_EQ(authority->roots().size(), 2u);
}

TEST_F(AuthorityTest, IssuesNothingWhileASecretIsWrong) {
  const auto authority = open().value();
  const auto roots = authority->roots();
  Batch batch;
  batch.push_back({plugged_key(), Revision{}, R"({"metadata":{"name":"cacerts"},"data":{}})"});
  ASSERT_TRUE(reactor_.run_until_done(store_->commit(std::move(batch))));
  EXPECT_EQ(authority->issue(id_, key_.public_key(), {}).error().reason, Reason::unavailable);
  EXPECT_EQ(authority->roots().size(), roots.size());
}

}  // namespace
}  // namespace weft::control
