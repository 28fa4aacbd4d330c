#include "tls/key.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "tls/openssl.h"

namespace weft::tls {
namespace {

TEST(PrivateKey, ComesBackFromItsPem) {
  for (const KeyKind kind : {KeyKind::ecdsa_p256, KeyKind::rsa_2048}) {
    const PrivateKey key = PrivateKey::make(kind).value();
    const std::string pem = key.to_pem().value();
    EXPECT_TRUE(pem.starts_with("-----BEGIN PRIVATE KEY-----\n"));
    EXPECT_EQ(PrivateKey::from_pem(pem)->public_key(), key.public_key());
    EXPECT_EQ(key.public_key().is_rsa(), kind == KeyKind::rsa_2048);
  }
}

TEST(PrivateKey, IsAnotherEachTime) {
  EXPECT_FALSE(PrivateKey::make(KeyKind::ecdsa_p256)->public_key() ==
               PrivateKey::make(KeyKind::ecdsa_p256)->public_key());
}

TEST(PrivateKey, IsNotReadFromOtherTexts) {
  EXPECT_EQ(PrivateKey::from_pem("").error().reason, Reason::malformed);
  EXPECT_EQ(PrivateKey::from_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n").error().reason,
            Reason::malformed);
  EXPECT_EQ(PrivateKey::from_pem(std::string(65 << 10, 'A')).error().reason, Reason::too_large);
}

// OpenSSL would ask for the password on the terminal.
TEST(PrivateKey, UnderAPasswordIsRefusedWithoutAsking) {
  const PrivateKey key = PrivateKey::make(KeyKind::ecdsa_p256).value();
  const BioHandle bio = writing();
  char password[] = "secret";
  ASSERT_EQ(PEM_write_bio_PKCS8PrivateKey(bio.get(), key.native(), EVP_aes_128_cbc(), password, 6, nullptr, nullptr),
            1);
  EXPECT_EQ(PrivateKey::from_pem(text_in(*bio)).error().reason, Reason::malformed);
}

TEST(PrivateKey, OfTooFewBitsIsRefused) {
  const BioHandle bio = writing();
  const KeyHandle weak(EVP_RSA_gen(1024));
  PEM_write_bio_PrivateKey(bio.get(), weak.get(), nullptr, nullptr, 0, nullptr, nullptr);
  EXPECT_EQ(PrivateKey::from_pem(text_in(*bio)).error().reason, Reason::invalid);
}

}  // namespace
}  // namespace weft::tls
