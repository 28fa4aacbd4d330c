#include "proxy/secrets/peer_rules.h"

#include <gtest/gtest.h>

#include "tls/testing_certificates.h"

namespace weft::proxy {
namespace {

using decide::NameRule;
using decide::TextMatch;
using tls::ChainFault;

// What is said of a leaf with these names, signed by an authority of the test.
class PeerRules : public testing::Test {
 protected:
  tls::Certificate leaf(const std::string& names, const std::string& constraints = "critical,CA:FALSE") {
    return tls::make_faulty(root_, key_.native(), {.san = names, .constraints = constraints});
  }
  std::optional<ChainFault> fault(const tls::Certificate& certificate) {
    const auto refuse = refusal_by(rules_, tls::PeerRole::client, revoked_);
    const auto refusal = refuse ? refuse(certificate) : std::nullopt;
    return refusal ? std::optional(refusal->fault) : std::nullopt;
  }

  tls::Issuer root_ = tls::TestAuthority::make_root("root");
  tls::PrivateKey key_ = tls::PrivateKey::make(tls::KeyKind::ecdsa_p256).value();
  decide::PeerRules rules_;
  std::shared_ptr<const Serials> revoked_ = std::make_shared<const Serials>();
};

TEST_F(PeerRules, refuse_nobody_where_there_are_none) {
  EXPECT_FALSE(refusal_by(rules_, tls::PeerRole::client, revoked_));
}

TEST_F(PeerRules, of_the_mesh_take_workloads_alone) {
  rules_.roots = decide::SecretSource{.name = std::string(kMeshRoots)};
  EXPECT_EQ(fault(leaf("URI:spiffe://cluster.local/ns/a/sa/b")), std::nullopt);
  EXPECT_EQ(fault(leaf("URI:spiffe://td/ns/a/sa/b,URI:spiffe://td/ns/a/sa/c")), ChainFault::several_identities);
  EXPECT_EQ(fault(leaf("DNS:a.b")), ChainFault::no_identity);
  EXPECT_EQ(fault(leaf("URI:https://a.b")), ChainFault::malformed_identity);
  EXPECT_EQ(fault(leaf("URI:spiffe://td/ns/a/sa/b", "critical,CA:TRUE")), ChainFault::leaf_is_authority);
}

TEST_F(PeerRules, of_the_mesh_know_foreign_trust_domains_and_revoked_certificates) {
  rules_.roots = decide::SecretSource{.name = std::string(kMeshRoots)};
  rules_.names = {{NameRule::Kind::uri, TextMatch(TextMatch::Kind::prefix, "spiffe://cluster.local/")}};
  const auto own = leaf("URI:spiffe://cluster.local/ns/a/sa/b");
  EXPECT_EQ(fault(own), std::nullopt);
  EXPECT_EQ(fault(leaf("URI:spiffe://elsewhere/ns/a/sa/b")), ChainFault::other_trust_domain);
  revoked_ = std::make_shared<const Serials>(Serials{own.serial()});
  EXPECT_EQ(fault(own), ChainFault::revoked);
}

TEST_F(PeerRules, take_a_certificate_for_one_of_its_names) {
  rules_.names = {{NameRule::Kind::dns, TextMatch(TextMatch::Kind::exact, "api.shop.test")}};
  EXPECT_EQ(fault(leaf("DNS:other.test,DNS:api.shop.test")), std::nullopt);
  EXPECT_EQ(fault(leaf("DNS:*.shop.test")), std::nullopt);
  EXPECT_EQ(fault(leaf("DNS:*.test")), ChainFault::other_name);
  EXPECT_EQ(fault(leaf("URI:api.shop.test")), ChainFault::other_name);
}

TEST_F(PeerRules, take_pinned_certificates_alone) {
  const auto pinned = leaf("DNS:a.test");
  rules_.fingerprints = {pinned.fingerprint()};
  EXPECT_EQ(fault(pinned), std::nullopt);
  EXPECT_EQ(fault(leaf("DNS:b.test")), ChainFault::invalid);
  rules_ = {};
  rules_.spki_pins = {pinned.key_pin()};
  EXPECT_EQ(fault(leaf("DNS:b.test")), std::nullopt);  // of the same key
}

}  // namespace
}  // namespace weft::proxy
