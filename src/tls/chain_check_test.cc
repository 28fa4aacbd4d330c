#include "tls/chain_check.h"

#include <gtest/gtest.h>
#include <openssl/rsa.h>

#include "tls/testing_certificates.h"

namespace weft::tls {
namespace {

using std::chrono::hours;

const std::vector<std::string> kDomains = {"cluster.local"};
const WallTime kNow = WallTime{} + hours(24 * 365 * 50);

class ChainCheck : public testing::Test {
 protected:
  std::optional<ChainFault> check(const std::vector<Certificate>& chain, PeerRole role = PeerRole::server) const {
    return check_chain({chain, {authority_.root.certificate}, role, kDomains, kNow});
  }
  // What becomes of a leaf with a fault, issued by the intermediate.
  std::optional<ChainFault> check(const FaultyOrder& order, PeerRole role = PeerRole::server) const {
    return check({make_faulty(authority_.intermediate, key_.native(), order), authority_.intermediate.certificate},
                 role);
  }

  TestAuthority authority_;
  PrivateKey key_ = PrivateKey::make(KeyKind::ecdsa_p256).value();
};

TEST_F(ChainCheck, TakesALeafOfTheMeshOnBothSides) {
  EXPECT_EQ(check(FaultyOrder{}, PeerRole::server), std::nullopt);
  EXPECT_EQ(check(FaultyOrder{}, PeerRole::client), std::nullopt);
}

TEST_F(ChainCheck, TakesWhatWeIssue) {
  const auto chain =
      authority_.chain_for(key_, "spiffe://cluster.local/ns/shop/sa/api", {kNow - hours(1), kNow + hours(1)});
  EXPECT_EQ(check(chain), std::nullopt);
}

TEST_F(ChainCheck, TakesAChainWithItsRoot) {
  EXPECT_EQ(check({make_faulty(authority_.intermediate, key_.native(), {}), authority_.intermediate.certificate,
                   authority_.root.certificate}),
            std::nullopt);
}

TEST_F(ChainCheck, RefusesNothing) {
  EXPECT_EQ(check(std::vector<Certificate>{}), ChainFault::no_certificate);
}

TEST_F(ChainCheck, RefusesAChainOfAnotherRoot) {
  const Issuer stranger = TestAuthority::make_root("another root");
  EXPECT_EQ(check({make_faulty(stranger, key_.native(), {})}), ChainFault::untrusted);
}

TEST_F(ChainCheck, RefusesAChainWithoutItsIntermediate) {
  EXPECT_EQ(check({make_faulty(authority_.intermediate, key_.native(), {})}), ChainFault::untrusted);
}

TEST_F(ChainCheck, RefusesALeafThatSignedItself) {
  const PrivateKey key = PrivateKey::make(KeyKind::ecdsa_p256).value();
  const Issuer self{issue_root(key, "me", FaultyOrder{}.validity).value(), key};
  EXPECT_EQ(check({self.certificate}), ChainFault::untrusted);
}

// A key of somebody else under the intermediate's name.
TEST_F(ChainCheck, RefusesAWrongSignature) {
  const Issuer forger{authority_.intermediate.certificate, PrivateKey::make(KeyKind::ecdsa_p256).value()};
  EXPECT_EQ(check({make_faulty(forger, key_.native(), {}), authority_.intermediate.certificate}),
            ChainFault::bad_signature);
}

TEST_F(ChainCheck, RefusesALeafBeforeAndAfterItsTime) {
  EXPECT_EQ(check({.validity = {kNow + hours(1), kNow + hours(2)}}), ChainFault::not_yet_valid);
  EXPECT_EQ(check({.validity = {kNow - hours(2), kNow - hours(1)}}), ChainFault::expired);
}

TEST_F(ChainCheck, RefusesAnExpiredIntermediate) {
  const PrivateKey key = PrivateKey::make(KeyKind::ecdsa_p256).value();
  const Issuer old{
      issue_intermediate(authority_.root, key.public_key(), "old", {kNow - hours(2), kNow - hours(1)}).value(), key};
  EXPECT_EQ(check({make_faulty(old, key_.native(), {}), old.certificate}), ChainFault::expired);
}

TEST_F(ChainCheck, RefusesAWeakKey) {
  const KeyHandle weak(EVP_RSA_gen(1024));
  EXPECT_EQ(check({make_faulty(authority_.intermediate, weak.get(), {}), authority_.intermediate.certificate}),
            ChainFault::weak_key);
  const KeyHandle odd = make_curve_key(NID_secp256k1);
  EXPECT_EQ(check({make_faulty(authority_.intermediate, odd.get(), {}), authority_.intermediate.certificate}),
            ChainFault::weak_key);
}

TEST_F(ChainCheck, RefusesASignatureOverAWeakDigest) {
  EXPECT_EQ(check({.digest = EVP_sha1()}), ChainFault::weak_signature);
}

TEST_F(ChainCheck, RefusesALeafForAnotherUse) {
  EXPECT_EQ(check({.extended_usage = "clientAuth"}, PeerRole::server), ChainFault::wrong_usage);
  EXPECT_EQ(check({.extended_usage = "serverAuth"}, PeerRole::client), ChainFault::wrong_usage);
  EXPECT_EQ(check({.extended_usage = "codeSigning"}), ChainFault::wrong_usage);
  EXPECT_EQ(check({.usage = "critical,keyAgreement"}), ChainFault::wrong_usage);
  EXPECT_EQ(check({.usage = ""}), ChainFault::wrong_usage);
}

TEST_F(ChainCheck, RefusesAnAuthorityAsALeaf) {
  const Issuer& root = authority_.root;
  EXPECT_EQ(check({make_faulty(root, key_.native(),
                               {.constraints = "critical,CA:TRUE", .usage = "critical,digitalSignature,keyCertSign"})}),
            ChainFault::leaf_is_authority);
  EXPECT_EQ(check({.usage = "critical,digitalSignature,cRLSign"}), ChainFault::leaf_is_authority);
}

TEST_F(ChainCheck, RefusesALeafIssuedByALeaf) {
  const Issuer leaf{make_faulty(authority_.intermediate, key_.native(), {.subject = "leaf"}), key_};
  const PrivateKey key = PrivateKey::make(KeyKind::ecdsa_p256).value();
  EXPECT_EQ(check({make_faulty(leaf, key.native(), {}), leaf.certificate, authority_.intermediate.certificate}),
            ChainFault::issuer_no_authority);
}

TEST_F(ChainCheck, RefusesAnIntermediateBelowTheLastOne) {
  const Issuer below = TestAuthority::make_intermediate(authority_.intermediate, "one too many");
  EXPECT_EQ(check({make_faulty(below, key_.native(), {}), below.certificate, authority_.intermediate.certificate}),
            ChainFault::path_too_long);
}

TEST_F(ChainCheck, RefusesALeafWithoutAnIdentity) {
  EXPECT_EQ(check({.san = "", .subject = "api"}), ChainFault::no_identity);
  EXPECT_EQ(check({.san = "DNS:api.shop"}), ChainFault::no_identity);
}

TEST_F(ChainCheck, RefusesALeafWithTwoIdentities) {
  EXPECT_EQ(check({.san = "URI:spiffe://cluster.local/ns/shop/sa/api,URI:spiffe://cluster.local/ns/shop/sa/admin"}),
            ChainFault::several_identities);
}

TEST_F(ChainCheck, RefusesAnIdentityThatIsNoSpiffeId) {
  EXPECT_EQ(check({.san = "URI:https://cluster.local/ns/shop/sa/api"}), ChainFault::malformed_identity);
  EXPECT_EQ(check({.san = "URI:spiffe://cluster.local/ns/shop/../admin"}), ChainFault::malformed_identity);
}

TEST_F(ChainCheck, RefusesAnotherTrustDomain) {
  EXPECT_EQ(check({.san = "URI:spiffe://cluster.local.evil.com/ns/shop/sa/api"}), ChainFault::other_trust_domain);
}

TEST_F(ChainCheck, TakesAnyTrustDomainWhereNoneIsAskedFor) {
  const Certificate leaf =
      make_faulty(authority_.intermediate, key_.native(), {.san = "URI:spiffe://elsewhere/ns/shop/sa/api"});
  EXPECT_EQ(check_peer_leaf(leaf.native(), PeerRole::client, {}), std::nullopt);
}

TEST_F(ChainCheck, TakesDnsNamesBesideTheIdentity) {
  EXPECT_EQ(check({.san = "URI:spiffe://cluster.local/ns/shop/sa/api,DNS:api.shop"}), std::nullopt);
}

TEST(ChainFault, HasAnotherNameForEachReason) {
  std::set<std::string_view> names;
  for (size_t i = 0; i < kChainFaults; ++i) {
    names.insert(name_of(static_cast<ChainFault>(i)));
    EXPECT_FALSE(text_of(static_cast<ChainFault>(i)).empty());
  }
  EXPECT_EQ(names.size(), kChainFaults);
}

}  // namespace
}  // namespace weft::tls
