#include "tls/certificate_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tls/testing_certificates.h"

namespace weft::tls {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(CertificateWords, NameTheKey) {
  EXPECT_EQ(key_words(PrivateKey::make(KeyKind::ecdsa_p256)->public_key()), "ECDSA P-256");
  EXPECT_EQ(key_words(PrivateKey::make(KeyKind::rsa_2048)->public_key()), "RSA 2048");
}

TEST(CertificateWords, NameTheUses) {
  const TestAuthority authority;
  const auto key = PrivateKey::make(KeyKind::ecdsa_p256).value();
  const auto leaf = authority.chain_for(key, "spiffe://cluster.local/ns/shop/sa/api", FaultyOrder{}.validity).front();
  EXPECT_THAT(usage_words(leaf), ElementsAre("digital signature", "server", "client"));
  EXPECT_THAT(usage_words(authority.root.certificate), ElementsAre("certificate signing", "CRL signing"));
  EXPECT_THAT(usage_words(make_faulty(authority.root, key.native(), {.usage = "", .extended_usage = ""})), IsEmpty());
}

}  // namespace
}  // namespace weft::tls
