#include "control/serve/secrets.h"

#include <filesystem>

#include <envoy/extensions/transport_sockets/tls/v3/secret.pb.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/base64.h"
#include "control/mesh/testing_objects.h"
#include "control/store/sqlite_store.h"
#include "tls/chain_check.h"

namespace weft::control {
namespace {

using envoy::extensions::transport_sockets::tls::v3::Secret;
using std::chrono::hours;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

// The secrets of a mesh with one pod, on a clock that the test moves.
class SecretsTest : public testing::Test {
 protected:
  SecretsTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "weft-secrets-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    std::filesystem::create_directories(folder_ + "/keys");
    store_ = SqliteStore::open(folder_ + "/weft.db").value();
    authority_ = reactor_.run_until_done(Authority::open(*store_, clock_, {folder_, hours(24)})).value();
    issued_.emplace(*store_, clock_);
    service_.emplace(reactor_, admission_, Certification{authority_.get(), &*issued_}, metrics_);
    secrets_.emplace(Secrets::Parts{&reactor_, store_.get(), &mesh_, authority_.get(), &*issued_, &*service_},
                     [this](std::string_view name, const PodIdentity* pod) {
                       changed_.push_back(std::string(name) + (pod ? " of " + pod->pod : ""));
                     });
    secrets_->start();
    changed_.clear();
  }
  ~SecretsTest() override {
    reactor_.run_until_done(secrets_->close());
    std::filesystem::remove_all(folder_);
  }

  void settle() {
    for (int i = 0; i < 50; ++i) reactor_.turn(std::chrono::milliseconds(1));
  }
  Secret find(std::string_view name) {
    Secret secret;
    if (const auto resource = secrets_->find(pod_, name)) EXPECT_TRUE(secret.ParseFromString(resource->body));
    return secret;
  }
  std::vector<tls::Certificate> own_chain() {
    return tls::read_certificates(find("default").tls_certificate().certificate_chain().inline_bytes()).value();
  }
  void rotate(RotationStep step) {
    ASSERT_TRUE(reactor_.run_until_done(authority_->rotate(step)));
    settle();
  }
  void mark_all(IssuedCertificate::State state) {
    ASSERT_TRUE(reactor_.run_until_done(issued_->mark([](const auto&) { return true; }, state)));
    settle();
  }

  std::string folder_;
  ManualClock clock_;
  runtime::Reactor reactor_{clock_};
  PodTokens tokens_{PodTokens::Key{1}, clock_};
  PodIdentity pod_{"shop", "api", "api-1", "u-1"};
  mesh::MeshBuilder mesh_;
  telemetry::ShardMetrics metrics_;
  Admission admission_{tokens_, mesh_};
  std::unique_ptr<SqliteStore> store_;
  std::unique_ptr<Authority> authority_;
  std::optional<IssuedCertificates> issued_;
  std::optional<CertificateService> service_;
  std::vector<std::string> changed_;
  std::optional<Secrets> secrets_;
};

TEST_F(SecretsTest, EverybodyMayHaveTheRoots) {
  const auto roots = find("ROOTCA");
  EXPECT_EQ(roots.name(), "ROOTCA");
  EXPECT_EQ(roots.validation_context().trusted_ca().inline_bytes(), tls::to_pem(authority_->roots()));
}

TEST_F(SecretsTest, TheRootsChangeWithTheirRotation) {
  rotate(RotationStep::introduce);
  EXPECT_THAT(changed_, ElementsAre("ROOTCA"));
  EXPECT_EQ(tls::read_certificates(find("ROOTCA").validation_context().trusted_ca().inline_bytes())->size(), 2u);
}

TEST_F(SecretsTest, OtherWritesChangeNoSecret) {
  Batch batch;
  batch.push_back({{"/configmaps", "shop", "a"}, Revision{}, "{}"});
  ASSERT_TRUE(reactor_.run_until_done(store_->commit(std::move(batch))));
  settle();
  EXPECT_THAT(changed_, IsEmpty());
}

TEST_F(SecretsTest, ACertificateIsMadeForWhoAsksForIt) {
  EXPECT_EQ(secrets_->find(pod_, "default"), nullptr);
  secrets_->expect(pod_, "default");
  settle();
  EXPECT_THAT(changed_, Contains("default of api-1"));
  const auto chain = own_chain();
  EXPECT_EQ(tls::check_chain({chain, authority_->roots(), tls::PeerRole::server, {}, clock_.wall_now()}), std::nullopt);
  EXPECT_EQ(chain.front().alternative_names().uris, std::vector<std::string>{"spiffe://cluster.local/ns/shop/sa/api"});
  const auto key = tls::PrivateKey::from_pem(find("default").tls_certificate().private_key().inline_bytes());
  ASSERT_TRUE(key);
  EXPECT_EQ(key->public_key(), chain.front().public_key());
  // Versions are shown; this one says nothing about the key.
  EXPECT_EQ(secrets_->find(pod_, "default")->version, chain.front().serial());
}

TEST_F(SecretsTest, ACertificateIsForItsPodAlone) {
  secrets_->expect(pod_, "default");
  settle();
  EXPECT_EQ(secrets_->find({"shop", "api", "api-2", "u-2"}, "default"), nullptr);
}

TEST_F(SecretsTest, ACertificateIsRenewedAtHalfItsLife) {
  secrets_->expect(pod_, "default");
  settle();
  const auto first = own_chain().front().serial();
  clock_.advance(hours(12) - std::chrono::seconds(1));
  settle();
  EXPECT_EQ(own_chain().front().serial(), first);
  clock_.advance(std::chrono::seconds(2));
  settle();
  EXPECT_NE(own_chain().front().serial(), first);
}

TEST_F(SecretsTest, ACertificateIsReplacedWhenItHasToGo) {
  secrets_->expect(pod_, "default");
  settle();
  const auto first = own_chain().front().serial();
  mark_all(IssuedCertificate::State::to_be_replaced);
  settle();
  const auto second = own_chain().front().serial();
  EXPECT_NE(second, first);
  EXPECT_THAT(changed_, Contains("weft.dev/certificates"));
  settle();
  EXPECT_EQ(own_chain().front().serial(), second);  // once
}

TEST_F(SecretsTest, AProxyIsToldWhichOfItsCertificatesHasToGo) {
  secrets_->expect(pod_, "default");
  settle();
  const auto serial = own_chain().front().serial();
  mark_all(IssuedCertificate::State::revoked);
  EXPECT_EQ(find("weft.dev/certificates").generic_secret().secret().inline_bytes(),
            "{\"replace\":[\"" + serial + "\"],\"revoked\":[\"" + serial + "\"]}");
}

TEST_F(SecretsTest, WhatIsForgottenIsNotRenewed) {
  secrets_->expect(pod_, "default");
  settle();
  secrets_->forget(pod_);
  EXPECT_EQ(secrets_->find(pod_, "default"), nullptr);
  changed_.clear();
  clock_.advance(hours(20));
  settle();
  EXPECT_THAT(changed_, IsEmpty());
}

// A Secret with a certificate, in the pod's namespace.
TEST_F(SecretsTest, CredentialsAreForGatewaysAndForWorkloadsWhoseRulesNameThem) {
  const auto key = tls::PrivateKey::make(tls::KeyKind::ecdsa_p256).value();
  const auto chain = authority_->issue(admission_.name_of(pod_).value(), key.public_key(), {}).value();
  const api::Json secret{
      {"apiVersion", "v1"},
      {"kind", "Secret"},
      {"metadata", {{"name", "web"}, {"namespace", "shop"}}},
      {"data",
       {{"tls.crt", api::encode_base64(tls::to_pem(chain))}, {"tls.key", api::encode_base64(key.to_pem().value())}}}};
  Batch batch;
  batch.push_back({{"/secrets", "shop", "web"}, Revision{}, secret.dump()});
  ASSERT_TRUE(reactor_.run_until_done(store_->commit(std::move(batch))));
  settle();
  EXPECT_THAT(changed_, ElementsAre("kubernetes://web", "kubernetes://web-cacert"));
  mesh_.apply({mesh::object("/pods", "shop", "api-1", "spec: {containers: [{name: c, image: i}]}")});
  EXPECT_EQ(secrets_->find(pod_, "kubernetes://web"), nullptr);
  mesh_.apply({mesh::object("networking.istio.io/destinationrules", "shop", "out",
                            "spec: {host: out.example.com, workloadSelector: {matchLabels: {app: api}}, "
                            "trafficPolicy: {tls: {mode: MUTUAL, credentialName: web}}}")});
  EXPECT_EQ(secrets_->find(pod_, "kubernetes://web"), nullptr) << "the rule is for others";
  mesh_.apply({mesh::object("/pods", "shop", "api-1",
                            "metadata: {labels: {app: api}}\nspec: {containers: [{name: c, image: i}]}")});
  EXPECT_NE(secrets_->find(pod_, "kubernetes://web"), nullptr);
  EXPECT_EQ(secrets_->find(pod_, "kubernetes://another"), nullptr);
  mesh_.apply({mesh::object("/pods", "shop", "api-1",
                            "metadata: {annotations: {inject.istio.io/templates: gateway}}\n"
                            "spec: {containers: [{name: istio-proxy, image: auto}]}")});
  EXPECT_NE(secrets_->find(pod_, "kubernetes://web"), nullptr);
}

TEST_F(SecretsTest, NobodyGetsWhatIsNot) {
  EXPECT_EQ(secrets_->find(pod_, "other"), nullptr);
  EXPECT_EQ(secrets_->find(pod_, ""), nullptr);
}

}  // namespace
}  // namespace weft::control
