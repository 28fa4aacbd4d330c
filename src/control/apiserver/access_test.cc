#include "control/apiserver/access.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "control/store/sqlite_store.h"
#include "runtime/reactor.h"
#include "tls/testing_certificates.h"

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
  Access access() { return Access::on_loopback("secret", *tokens_); }

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

// Behind TLS; the chain of what is shown has been verified there.
class CertificateAccess : public AccessTest {
 protected:
  tls::Certificate certificate(const std::string& organization) const {
    const tls::TestAuthority authority;
    const auto key = tls::PrivateKey::make(tls::KeyKind::ecdsa_p256).value();
    const WallTime now = clock_.wall_now();
    return tls::issue_client(authority.intermediate, key.public_key(), {"ci", organization},
                             {now - std::chrono::hours(1), now + std::chrono::hours(1)})
        .value();
  }
  std::string caller_with(CertificateRoles roles, const tls::Certificate& shown,
                          const std::string& authorization = "") {
    const Access access = Access::on_network("secret", *tokens_, roles);
    const auto role = access.check(request("weft.example:7801", authorization), false, shown);
    return role ? std::string(to_string(*role)) : std::to_string(role.error().code);
  }
};

TEST_F(CertificateAccess, GoesByTheOrganisationOfAConfiguredAuthoritys) {
  const auto by = CertificateRoles::by_organization;
  for (const auto* role : {"viewer", "editor", "admin"})
    EXPECT_EQ(caller_with(by, certificate(std::string("weft:") + role)), role);
  for (const auto* none :
       {"", "weft", "weft:", "weft:root", "Weft:admin", "weft:admin ", "system:masters", "xweft:admin"})
    EXPECT_EQ(caller_with(by, certificate(none)), "401") << none;
}

TEST_F(CertificateAccess, GoesByTheRecordOfOneOfTheMeshsOwn) {
  const auto by = CertificateRoles::by_record;
  const auto known = certificate("weft:viewer");
  EXPECT_EQ(caller_with(by, known), "401") << "before there is a record";
  ASSERT_TRUE(reactor_.run_until_done(tokens_->record("ci", Role::editor, known)));
  EXPECT_EQ(caller_with(by, known), "editor");
  EXPECT_EQ(caller_with(by, certificate("weft:admin")), "401") << "not of our making";
  EXPECT_EQ(caller("Bearer " + known.fingerprint()), "401") << "a fingerprint is no secret";
  ASSERT_TRUE(reactor_.run_until_done(tokens_->remove("ci")));
  EXPECT_EQ(caller_with(by, known), "401") << "taken back";
}

TEST_F(CertificateAccess, EndsWithTheCertificateThoughTheConnectionLives) {
  const auto shown = certificate("weft:admin");
  EXPECT_EQ(caller_with(CertificateRoles::by_organization, shown), "admin");
  clock_.advance(std::chrono::hours(3));
  EXPECT_EQ(caller_with(CertificateRoles::by_organization, shown), "401");
}

TEST_F(CertificateAccess, TakesTokensToo) {
  EXPECT_EQ(caller_with(CertificateRoles::by_organization, certificate("nobody"), "Bearer secret"), "admin");
}

TEST_F(CertificateAccess, GoesByTheRecordOnLoopbackAndNamesItsHost) {
  const auto shown = certificate("weft:admin");
  EXPECT_EQ(access().check(request("127.0.0.1:7800"), false, shown).error().code, 401);
  ASSERT_TRUE(reactor_.run_until_done(tokens_->record("ci", Role::editor, shown)));
  EXPECT_EQ(access().check(request("127.0.0.1:7800"), false, shown), Role::editor);
  EXPECT_EQ(access().check(request("evil.example:7800"), false, shown).error().code, 403);
}

TEST_F(AccessTest, WhoMayOpenTheSocketIsTheAdmin) {
  EXPECT_EQ(Access::unrestricted().check(request("anything"), false), Role::admin);
}

}  // namespace
}  // namespace weft::control
