#include "control/serve/credentials.h"

#include <filesystem>

#include <envoy/extensions/transport_sockets/tls/v3/secret.pb.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/base64.h"
#include "api/tree.h"
#include "control/store/sqlite_store.h"
#include "runtime/reactor.h"
#include "tls/testing_certificates.h"
#include "tls/testing_revocation.h"

namespace weft::control {
namespace {

using envoy::extensions::transport_sockets::tls::v3::Secret;

class Credentials : public testing::Test {
 protected:
  Credentials() {
    std::string pattern = (std::filesystem::temp_directory_path() / "weft-credentials-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    store_ = SqliteStore::open(folder_ + "/weft.db").value();
  }
  ~Credentials() override { std::filesystem::remove_all(folder_); }

  void put(const std::string& space, const std::string& name, const std::map<std::string, std::string>& texts) {
    api::Json body{{"apiVersion", "v1"}, {"kind", "Secret"}, {"metadata", {{"name", name}, {"namespace", space}}}};
    for (const auto& [key, text] : texts) body["data"][key] = api::encode_base64(text);
    const Key key{"/secrets", space, name};
    const auto before = store_->get(key);
    Batch batch;
    batch.push_back({key, before ? before->revision : Revision{}, body.dump()});
    ASSERT_TRUE(reactor_.run_until_done(store_->commit(std::move(batch))));
  }
  Secret find(const std::string& name) {
    Secret secret;
    if (const auto resource = find_credential(*store_, "shop", name))
      EXPECT_TRUE(secret.ParseFromString(resource->body));
    return secret;
  }

  std::string folder_;
  ManualClock clock_;
  runtime::Reactor reactor_{clock_};
  std::unique_ptr<SqliteStore> store_;
  tls::TestAuthority authority_;
  tls::PrivateKey key_ = tls::PrivateKey::make(tls::KeyKind::ecdsa_p256).value();
  std::string key_pem_ = key_.to_pem().value();
  std::string chain_ = tls::make_faulty(authority_.root, key_.native(), {}).to_pem();
  std::string root_ = authority_.root.certificate.to_pem();
};

TEST_F(Credentials, AreCertificatesWithTheirKeys) {
  put("shop", "web", {{"tls.crt", chain_}, {"tls.key", key_pem_}});
  const auto secret = find("kubernetes://web");
  EXPECT_EQ(secret.name(), "kubernetes://web");
  EXPECT_EQ(secret.tls_certificate().certificate_chain().inline_bytes(), chain_);
  EXPECT_EQ(secret.tls_certificate().private_key().inline_bytes(), key_pem_);
}

TEST_F(Credentials, MayHaveIstiosOlderKeys) {
  put("shop", "web", {{"cert", chain_}, {"key", key_pem_}, {"cacert", root_}});
  EXPECT_EQ(find("kubernetes://web").tls_certificate().certificate_chain().inline_bytes(), chain_);
  EXPECT_EQ(find("kubernetes://web-cacert").validation_context().trusted_ca().inline_bytes(), root_);
}

TEST_F(Credentials, HaveTheirAuthoritiesBesideOrApart) {
  put("shop", "web", {{"tls.crt", chain_}, {"tls.key", key_pem_}, {"ca.crt", root_}});
  EXPECT_EQ(find("kubernetes://web-cacert").validation_context().trusted_ca().inline_bytes(), root_);
  const auto other = tls::TestAuthority().root.certificate.to_pem();
  put("shop", "web-cacert", {{"ca.crt", other}});
  EXPECT_EQ(find("kubernetes://web-cacert").validation_context().trusted_ca().inline_bytes(), other);
}

TEST_F(Credentials, BringTheRevocationListsOfTheirAuthorities) {
  const auto list = tls::revoke_for_test(authority_.root.certificate.native(), authority_.root.key.native(), {});
  put("shop", "web-cacert", {{"ca.crt", root_}, {"ca.crl", list}});
  EXPECT_EQ(find("kubernetes://web-cacert").validation_context().crl().inline_bytes(), list);
  put("shop", "web-cacert", {{"cacert", root_}, {"crl", list}});
  EXPECT_EQ(find("kubernetes://web-cacert").validation_context().crl().inline_bytes(), list);
  put("shop", "web-cacert", {{"ca.crt", root_}});
  EXPECT_FALSE(find("kubernetes://web-cacert").validation_context().has_crl());
}

TEST_F(Credentials, AreNothingWithListsThatCantBeRead) {
  put("shop", "web-cacert", {{"ca.crt", root_}, {"ca.crl", "nobody"}});
  EXPECT_EQ(find_credential(*store_, "shop", "kubernetes://web-cacert"), nullptr);
  EXPECT_EQ(complaint_about({{"kind", "Secret"}, {"data", {{"ca.crl", api::encode_base64("nobody")}}}}),
            "gateways can't use its revocation lists, and keep earlier ones: ca.crl: no revocation list in PEM");
}

TEST_F(Credentials, AreOfTheOwnNamespaceAlone) {
  put("other", "web", {{"tls.crt", chain_}, {"tls.key", key_pem_}});
  for (const auto* name : {"kubernetes://web", "kubernetes://other/web", "kubernetes://../other/web", "web",
                           "kubernetes-gateway://other/web", "kubernetes://", "kubernetes:///web", ""})
    EXPECT_EQ(find_credential(*store_, "shop", name), nullptr) << name;
}

TEST_F(Credentials, AreNothingWhileWhatIsInThemDoesNotFit) {
  put("shop", "web",
      {{"tls.crt", chain_}, {"tls.key", tls::PrivateKey::make(tls::KeyKind::ecdsa_p256)->to_pem().value()}});
  EXPECT_EQ(find_credential(*store_, "shop", "kubernetes://web"), nullptr);
  put("shop", "web", {{"tls.crt", "no certificate"}, {"tls.key", key_pem_}});
  EXPECT_EQ(find_credential(*store_, "shop", "kubernetes://web"), nullptr);
  put("shop", "web", {{"password", "hunter2"}});
  EXPECT_EQ(find_credential(*store_, "shop", "kubernetes://web"), nullptr);
  EXPECT_EQ(find_credential(*store_, "shop", "kubernetes://web-cacert"), nullptr);
}

TEST_F(Credentials, ShowInTheirVersionWhenTheyChangedAndNothingElse) {
  put("shop", "web", {{"tls.crt", chain_}, {"tls.key", key_pem_}});
  const auto first = find_credential(*store_, "shop", "kubernetes://web")->version;
  EXPECT_EQ(first, std::to_string(store_->revision().value()));
  put("shop", "web", {{"tls.crt", chain_}, {"tls.key", key_pem_}, {"ca.crt", root_}});
  EXPECT_NE(find_credential(*store_, "shop", "kubernetes://web")->version, first);
}

TEST_F(Credentials, AreComplainedOfWhereTheyCantBeServed) {
  api::Json secret{{"kind", "Secret"}, {"type", "kubernetes.io/tls"}};
  secret["data"]["tls.crt"] = api::encode_base64(chain_);
  secret["data"]["tls.key"] = api::encode_base64(key_pem_);
  EXPECT_EQ(complaint_about(secret), std::nullopt);
  const auto other = tls::PrivateKey::make(tls::KeyKind::ecdsa_p256).value();
  secret["data"]["tls.key"] = api::encode_base64(other.to_pem().value());
  EXPECT_EQ(complaint_about(secret),
            "gateways can't serve its certificate, and keep an earlier one: the key is not that of the certificate");
  secret["type"] = "Opaque";
  EXPECT_EQ(complaint_about(secret), std::nullopt);
}

}  // namespace
}  // namespace weft::control
