#include "tls/certificate_issue.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tls/chain_check.h"
#include "tls/openssl.h"
#include "tls/testing_certificates.h"

namespace weft::tls {
namespace {

using std::chrono::hours;
using testing::ElementsAre;
using testing::IsEmpty;

const WallTime kNow = WallTime{} + hours(24 * 365 * 50);
const Validity kDay{kNow - kBackdating, kNow + hours(24)};
const std::string kUri = "spiffe://cluster.local/ns/shop/sa/api";

TEST(IssuedLeaf, SaysItsIdentityAndNothingElse) {
  const TestAuthority authority;
  const PrivateKey key = PrivateKey::make(KeyKind::ecdsa_p256).value();
  const Certificate leaf = authority.chain_for(key, kUri, kDay).front();
  EXPECT_THAT(leaf.alternative_names().uris, ElementsAre(kUri));
  EXPECT_THAT(leaf.alternative_names().dns_names, IsEmpty());
  EXPECT_EQ(leaf.subject(), "");
  EXPECT_EQ(leaf.issuer(), "CN=test intermediate");
  EXPECT_FALSE(leaf.is_authority());
  EXPECT_EQ(leaf.validity().from, kNow - std::chrono::seconds(60));
  EXPECT_EQ(leaf.validity().until, kNow + hours(24));
  EXPECT_EQ(leaf.public_key(), key.public_key());
}

// RFC 5280 4.2.1.6: with an empty subject the alternative name must be critical.
TEST(IssuedLeaf, HasACriticalName) {
  const Certificate leaf = TestAuthority().chain_for(PrivateKey::make(KeyKind::ecdsa_p256).value(), kUri, kDay).front();
  int critical = 0;
  const GeneralNamesHandle names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(leaf.native(), NID_subject_alt_name, &critical, nullptr)));
  EXPECT_EQ(critical, 1);
}

TEST(IssuedLeaf, MayEncipherKeysOnlyWithRsa) {
  const TestAuthority authority;
  const auto usage_for = [&](KeyKind kind) {
    const auto chain = authority.chain_for(PrivateKey::make(kind).value(), kUri, kDay);
    return X509_get_key_usage(chain.front().native());
  };
  EXPECT_EQ(usage_for(KeyKind::ecdsa_p256), static_cast<uint32_t>(KU_DIGITAL_SIGNATURE));
  EXPECT_EQ(usage_for(KeyKind::rsa_2048), static_cast<uint32_t>(KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT));
}

TEST(IssuedServer, HasItsNamesAndAddressesWhateverIsInThem) {
  const TestAuthority authority;
  const PrivateKey key = PrivateKey::make(KeyKind::ecdsa_p256).value();
  const auto made =
      issue_server(authority.intermediate, key.public_key(), {"a.example", "10.0.0.1", "::1", "b,DNS:c"}, kDay).value();
  EXPECT_THAT(made.alternative_names().dns_names, ElementsAre("a.example", "b,DNS:c"));
  EXPECT_THAT(made.alternative_names().addresses, ElementsAre("10.0.0.1", "::1"));
  EXPECT_EQ(check_chain(
                {{made, authority.intermediate.certificate}, {authority.root.certificate}, PeerRole::server, {}, kNow}),
            ChainFault::no_identity)
      << "it is nobody's in the mesh";
}

TEST(IssuedClient, SaysWhoItIsInItsSubjectAlone) {
  const TestAuthority authority;
  const PrivateKey key = PrivateKey::make(KeyKind::ecdsa_p256).value();
  const auto made = issue_client(authority.intermediate, key.public_key(), {"ci/CN=root", "weft:viewer"}, kDay).value();
  EXPECT_THAT(made.organizations(), ElementsAre("weft:viewer"));
  EXPECT_EQ(made.subject(), "CN=ci/CN=root,O=weft:viewer");
  EXPECT_THAT(made.alternative_names().uris, IsEmpty());
  EXPECT_EQ(check_chain(
                {{made, authority.intermediate.certificate}, {authority.root.certificate}, PeerRole::client, {}, kNow}),
            ChainFault::no_identity);
}

TEST(IssuedLeaf, HasNoOrganisation) {
  EXPECT_THAT(
      TestAuthority().chain_for(PrivateKey::make(KeyKind::ecdsa_p256).value(), kUri, kDay).front().organizations(),
      IsEmpty());
}

TEST(IssuedLeaf, EndsWithItsIssuer) {
  const TestAuthority authority;
  const PrivateKey key = PrivateKey::make(KeyKind::ecdsa_p256).value();
  const Issuer brief{issue_intermediate(authority.root, key.public_key(), "brief", {kNow, kNow + hours(2)}).value(),
                     key};
  const Certificate leaf = issue_leaf(brief, key.public_key(), SpiffeId::parse(kUri).value(), kDay).value();
  EXPECT_EQ(leaf.validity().until, kNow + hours(2));
}

TEST(IssuedCertificates, HaveSerialsOfTheirOwn) {
  const TestAuthority authority;
  const PrivateKey key = PrivateKey::make(KeyKind::ecdsa_p256).value();
  std::set<std::string> serials;
  for (int i = 0; i < 64; ++i) serials.insert(authority.chain_for(key, kUri, kDay).front().serial());
  EXPECT_EQ(serials.size(), 64u);
  for (const std::string& serial : serials) EXPECT_EQ(serial.size(), 32u);
}

TEST(IssuedIntermediate, IssuesLeavesOnly) {
  const TestAuthority authority;
  EXPECT_TRUE(authority.intermediate.certificate.is_authority());
  EXPECT_EQ(X509_get_pathlen(authority.intermediate.certificate.native()), 0);
  EXPECT_EQ(X509_get_pathlen(authority.root.certificate.native()), -1);
  EXPECT_TRUE(authority.root.certificate.is_self_issued());
  EXPECT_FALSE(authority.intermediate.certificate.is_self_issued());
}

TEST(IssuedCertificates, AreLinkedByKeyIds) {
  const TestAuthority authority;
  const X509* above = authority.root.certificate.native();
  const X509* below = authority.intermediate.certificate.native();
  EXPECT_EQ(ASN1_OCTET_STRING_cmp(X509_get0_authority_key_id(const_cast<X509*>(below)),
                                  X509_get0_subject_key_id(const_cast<X509*>(above))),
            0);
}

// What another authority's tools made may have no key id to link to.
TEST(IssuedLeaf, ComesAlsoFromAnIssuerWithoutAKeyId) {
  const TestAuthority authority;
  const PrivateKey key = PrivateKey::make(KeyKind::ecdsa_p256).value();
  const Issuer bare{make_faulty(authority.root, key.native(),
                                {.san = "", .constraints = "critical,CA:TRUE", .usage = "keyCertSign", .subject = "b"}),
                    key};
  EXPECT_TRUE(issue_leaf(bare, key.public_key(), SpiffeId::parse(kUri).value(), kDay));
}

TEST(Certificates, ComeBackFromPemInTheirOrder) {
  const TestAuthority authority;
  const auto chain = authority.chain_for(PrivateKey::make(KeyKind::ecdsa_p256).value(), kUri, kDay);
  const auto read = read_certificates("a comment\n" + to_pem(chain) + "another\n");
  ASSERT_TRUE(read) << read.error().detail;
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ((*read)[0].fingerprint(), chain[0].fingerprint());
  EXPECT_EQ((*read)[1].fingerprint(), chain[1].fingerprint());
  EXPECT_EQ(chain[0].fingerprint().size(), 64u);
}

TEST(Certificates, AreRefusedWhenOneOfThemDoesNotParse) {
  const TestAuthority authority;
  const std::string good = authority.root.certificate.to_pem();
  EXPECT_FALSE(read_certificates(""));
  EXPECT_FALSE(read_certificates("no PEM"));
  EXPECT_FALSE(read_certificates(good + good.substr(0, good.size() / 2)));
  EXPECT_FALSE(read_certificates(good + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
  EXPECT_FALSE(Certificate::from_pem(good + good));
}

TEST(Certificates, HaveNoNameWhereThereIsAZeroByteInIt) {
  const TestAuthority authority;
  const PrivateKey key = PrivateKey::make(KeyKind::ecdsa_p256).value();
  const CertificateHandle certificate(X509_dup(make_faulty(authority.root, key.native(), {.san = ""}).native()));
  const GeneralNamesHandle names = uri_name(std::string_view("spiffe://cluster.local/ns/shop\0.evil", 36));
  X509_add1_ext_i2d(certificate.get(), NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT);
  EXPECT_THAT(Certificate::sharing(certificate.get()).alternative_names().uris, ElementsAre(""));
}

}  // namespace
}  // namespace weft::tls
