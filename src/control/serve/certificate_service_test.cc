#include "control/serve/certificate_service.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/mesh/testing_objects.h"
#include "control/store/sqlite_store.h"
#include "jose/base64url.h"
#include "runtime/reactor.h"
#include "tls/chain_check.h"
#include "tls/signing_request.h"
#include "tls/testing_certificates.h"
#include "tls/testing_requests.h"

namespace weft::control {
namespace {

using std::chrono::hours;
using testing::HasSubstr;
using tls::PrivateKey;
using tls::RequestWishes;

const std::string kOwnName = "spiffe://cluster.local/ns/shop/sa/api";

// Keeps what it is answered.
class Call final : public xds::CertificateCall {
 public:
  void answer(const std::vector<std::string>& certificates) override { chain = certificates; }
  void refuse(xds::StreamEnd why, const std::string& message) override {
    refused = why;
    reason = message;
  }
  std::vector<std::string> chain;
  std::optional<xds::StreamEnd> refused;
  std::string reason;
};

// A mesh with the pod shop/api-1, which runs as the service account api.
class CertificateServiceTest : public testing::Test {
 protected:
  CertificateServiceTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "weft-csr-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    std::filesystem::create_directories(folder_ + "/keys");
    store_ = SqliteStore::open(folder_ + "/weft.db").value();
    authority_ = reactor_.run_until_done(Authority::open(*store_, clock_, {folder_, hours(24)})).value();
    issued_.emplace(*store_, clock_);
    service_.emplace(reactor_, admission_, Certification{authority_.get(), &*issued_}, metrics_);
    apply(mesh::object("/pods", "shop", "api-1",
                       "metadata: {uid: u-1}\nspec: {serviceAccountName: api, containers: [{name: c, image: i}]}"));
  }
  ~CertificateServiceTest() override {
    reactor_.run_until_done(service_->close());
    std::filesystem::remove_all(folder_);
  }

  void apply(const mesh::ObjectChange& change) { mesh_.apply({change}); }
  std::string token() const { return tokens_.mint(pod_, hours(1)).text; }

  Call ask(const std::string& csr, const std::string& authorization, int64_t validity = 0) {
    auto call = std::make_shared<Call>();
    service_->on_certificate_question({.authorization = authorization, .csr = csr, .validity_seconds = validity}, call);
    for (int turns = 0; turns < 100 && call->chain.empty() && !call->refused; ++turns) reactor_.turn(Duration::zero());
    return *call;
  }
  Call ask(const std::string& csr) { return ask(csr, "Bearer " + token()); }

  // Of what was answered: a leaf for this pod, and nothing but that.
  void expect_own_identity(const Call& call, const PrivateKey& key) {
    ASSERT_EQ(call.chain.size(), 3u) << call.reason;
    const auto leaf = tls::Certificate::from_pem(call.chain.front()).value();
    EXPECT_EQ(leaf.alternative_names().uris, std::vector{kOwnName});
    EXPECT_EQ(leaf.alternative_names().dns_names, std::vector<std::string>{});
    EXPECT_EQ(leaf.subject(), "");
    EXPECT_EQ(leaf.public_key(), key.public_key());
    EXPECT_EQ(tls::check_peer_leaf(leaf.native(), tls::PeerRole::client, {}), std::nullopt);
  }

  std::string folder_;
  SystemClock clock_;
  runtime::Reactor reactor_{clock_};
  PodTokens tokens_{PodTokens::Key{1, 2, 3}, clock_};
  PodIdentity pod_{"shop", "api", "api-1", "u-1"};
  mesh::MeshBuilder mesh_;
  telemetry::ShardMetrics metrics_;
  Admission admission_{tokens_, mesh_};
  std::unique_ptr<SqliteStore> store_;
  std::unique_ptr<Authority> authority_;
  std::optional<IssuedCertificates> issued_;
  std::optional<CertificateService> service_;
  PrivateKey key_ = PrivateKey::make(tls::KeyKind::ecdsa_p256).value();
  std::string csr_ = tls::make_signing_request(key_, kOwnName).value();
};

TEST_F(CertificateServiceTest, GivesAPodACertificateForItsName) {
  const Call call = ask(csr_);
  expect_own_identity(call, key_);
  std::vector<tls::Certificate> chain;
  for (const auto& pem : call.chain) chain.push_back(tls::Certificate::from_pem(pem).value());
  EXPECT_EQ(tls::check_chain({chain, authority_->roots(), tls::PeerRole::server, {}, clock_.wall_now()}), std::nullopt);
}

TEST_F(CertificateServiceTest, RecordsWhatItGivesOut) {
  const Call call = ask(csr_);
  const auto records = issued_->list();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].serial, tls::Certificate::from_pem(call.chain.front())->serial());
  EXPECT_EQ(records[0].identity, kOwnName);
  EXPECT_EQ(records[0].pod, "api-1");
  EXPECT_EQ(records[0].root, authority_->roots().front().fingerprint());
}

TEST_F(CertificateServiceTest, UsesTheTrustDomainOfTheMesh) {
  apply(mesh::object("/configmaps", "istio-system", "istio", "data: {mesh: 'trustDomain: example.org'}"));
  const Call call = ask(csr_);
  ASSERT_FALSE(call.chain.empty()) << call.reason;
  EXPECT_EQ(tls::Certificate::from_pem(call.chain.front())->alternative_names().uris,
            std::vector<std::string>{"spiffe://example.org/ns/shop/sa/api"});
}

TEST_F(CertificateServiceTest, CutsTheLifetimeWhateverIsAskedFor) {
  for (const int64_t seconds : {int64_t{0}, int64_t{-1}, int64_t{1} << 40, INT64_MAX, INT64_MIN}) {
    const Call call = ask(csr_, "Bearer " + token(), seconds);
    ASSERT_FALSE(call.chain.empty()) << call.reason;
    EXPECT_LE(tls::Certificate::from_pem(call.chain.front())->validity().until, clock_.wall_now() + hours(24));
  }
}

// What a request wishes for beside its key has no effect, whatever it is.
TEST_F(CertificateServiceTest, NoWishOfARequestYieldsAnotherIdentity) {
  const std::string admin = "spiffe://cluster.local/ns/istio-system/sa/istiod";
  const std::vector<RequestWishes> wishes = {
      {.san = "URI:" + admin},
      {.san = "URI:" + kOwnName + ",URI:" + admin},
      {.san = "URI:" + admin + ",URI:" + kOwnName},
      {.san = "critical,URI:" + admin},
      {.common_name = admin, .san = "URI:" + admin},
      {.common_name = "istiod.istio-system.svc", .organization = "istio-system"},
      {.organization = "system:masters"},
      {.common_name = "cluster.local/ns/shop/sa/admin"},
      {.san = "DNS:istiod.istio-system.svc"},
      {.san = "DNS:*"},
      {.san = "DNS:istiod.istio-system.svc,URI:" + admin},
      {.san = "IP:127.0.0.1"},
      {.san = "email:admin@example.org"},
      {.san = "URI:spiffe://other.domain/ns/shop/sa/api"},
      {.san = "URI:spiffe://cluster.local/ns/shop/sa/api/../admin"},
      {.san = "URI:spiffe://cluster.local/ns/shop/sa/admin?x=api"},
      {.san = "URI:spiffe://cluster.local/ns/shop%2Fsa%2Fadmin"},
      {.san = "URI:SPIFFE://cluster.local/ns/shop/sa/admin"},
      {.san = "URI:*"},
      {.san = "URI:spiffe://cluster.local/ns/*/sa/*"},
      {.constraints = "critical,CA:TRUE"},
      {.constraints = "critical,CA:TRUE,pathlen:5", .usage = "critical,keyCertSign,cRLSign"},
      {.usage = "keyCertSign"},
      {.extended_usage = "anyExtendedKeyUsage"},
      {.extended_usage = "codeSigning,OCSPSigning"},
      {.common_name = std::string(64, 'a')},
      {.san = "URI:" + kOwnName + "/"},
      {.san = "URI:" + kOwnName + "#admin"},
      {.san = "URI:spiffe://cluster.local@other.domain/ns/shop/sa/api"},
      {.san = "URI:spiffe://cluster.local:443/ns/shop/sa/admin"},
      {.san = "URI:spiffe://cluster.local//ns/shop/sa/admin"},
      {.san = "URI:https://cluster.local/ns/shop/sa/admin"},
      {.san = "RID:1.2.3.4"},
      {.san = "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:admin@cluster.local"},
      {.san = "DNS:api.shop.svc.cluster.local,DNS:admin.shop.svc.cluster.local,IP:10.0.0.1,URI:" + admin},
      {.organization = "weft:admin"},
      {.common_name = "admin", .organization = "weft:admin", .extended_usage = "clientAuth"},
      {.san = "URI:" + admin, .constraints = "CA:TRUE", .usage = "digitalSignature,keyCertSign"},
      {.constraints = "CA:TRUE,pathlen:0", .extended_usage = "serverAuth,clientAuth"},
      {.usage = "digitalSignature,nonRepudiation,keyEncipherment,dataEncipherment,keyAgreement,keyCertSign,cRLSign"},
  };
  ASSERT_EQ(wishes.size(), 40u);
  for (const RequestWishes& wish : wishes) {
    SCOPED_TRACE(wish.common_name + " " + wish.san + " " + wish.constraints);
    expect_own_identity(ask(tls::make_wishful_request(key_, wish)), key_);
  }
}

// Tokens that are no token of a pod that exists.
TEST_F(CertificateServiceTest, NoOtherTokenYieldsAnIdentity) {
  const std::string good = token();
  const std::string claims = good.substr(good.find('.') + 1, good.rfind('.') - good.find('.') - 1);
  const auto minted = [&](const PodIdentity& pod) { return "Bearer " + tokens_.mint(pod, hours(1)).text; };
  const std::vector<std::pair<std::string, xds::StreamEnd>> attempts = {
      {"", xds::StreamEnd::unauthenticated},
      {good, xds::StreamEnd::unauthenticated},
      {"bearer " + good, xds::StreamEnd::unauthenticated},
      {"Basic " + good, xds::StreamEnd::unauthenticated},
      {"Bearer", xds::StreamEnd::unauthenticated},
      {"Bearer " + good + "x", xds::StreamEnd::unauthenticated},
      {"Bearer " + good + ", Bearer " + good, xds::StreamEnd::unauthenticated},
      {"Bearer " + jose::base64url(R"({"alg":"none"})") + "." + claims + ".", xds::StreamEnd::unauthenticated},
      {"Bearer " + PodTokens(PodTokens::Key{9}, clock_).mint(pod_, hours(1)).text, xds::StreamEnd::unauthenticated},
      {"Bearer " + tokens_.mint(pod_, -hours(1)).text, xds::StreamEnd::unauthenticated},
      {minted({"shop", "api", "api-1", "u-2"}), xds::StreamEnd::permission_denied},
      {minted({"shop", "api", "api-2", "u-1"}), xds::StreamEnd::permission_denied},
      {minted({"other", "api", "api-1", "u-1"}), xds::StreamEnd::permission_denied},
      {minted({"shop", "admin", "api-1", "u-1"}), xds::StreamEnd::permission_denied},
      {minted({"", "", "", ""}), xds::StreamEnd::permission_denied},
  };
  for (const auto& [authorization, end] : attempts) {
    const Call call = ask(csr_, authorization);
    EXPECT_EQ(call.chain.size(), 0u) << authorization;
    EXPECT_EQ(call.refused, end) << authorization;
  }
  EXPECT_TRUE(issued_->list().empty());
}

TEST_F(CertificateServiceTest, APodThatIsGoneGetsNothing) {
  apply({.type = "/pods", .space = "shop", .name = "api-1", .json = ""});
  EXPECT_EQ(ask(csr_).refused, xds::StreamEnd::permission_denied);
}

TEST_F(CertificateServiceTest, NothingIsIssuedForAnUnprovenOrWeakKey) {
  const PrivateKey other = PrivateKey::make(tls::KeyKind::ecdsa_p256).value();
  const tls::RequestHandle stolen(X509_REQ_new());
  X509_REQ_set_pubkey(stolen.get(), other.native());
  X509_REQ_sign(stolen.get(), key_.native(), EVP_sha256());
  const tls::BioHandle bio = tls::writing();
  PEM_write_bio_X509_REQ(bio.get(), stolen.get());
  EXPECT_EQ(ask(tls::text_in(*bio)).refused, xds::StreamEnd::permission_denied);
  EXPECT_EQ(ask("").refused, xds::StreamEnd::invalid_argument);
  EXPECT_EQ(ask("no request").refused, xds::StreamEnd::invalid_argument);
  EXPECT_EQ(ask(std::string(20 << 10, '\n')).refused, xds::StreamEnd::invalid_argument);
  EXPECT_TRUE(issued_->list().empty());
}

TEST_F(CertificateServiceTest, APodThatAsksTooOftenIsToldSo) {
  std::optional<xds::StreamEnd> refused;
  int issued = 0;
  while (issued < 100 && !refused) {
    const Call call = ask(csr_);
    refused = call.refused;
    if (!refused) ++issued;
  }
  EXPECT_EQ(refused, xds::StreamEnd::resource_exhausted);
  EXPECT_GE(issued, 60);
  const auto count = [&](const char* outcome) {
    for (const auto& one : metrics_.series())
      if (one.labels == std::string("outcome=\"") + outcome + "\"")
        return std::get<telemetry::Counter*>(one.number)->value();
    return uint64_t{0};
  };
  EXPECT_EQ(count("issued"), static_cast<uint64_t>(issued));
  EXPECT_EQ(count("too_many"), 1u);
}

}  // namespace
}  // namespace weft::control
