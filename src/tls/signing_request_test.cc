#include "tls/signing_request.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "tls/openssl.h"

namespace weft::tls {
namespace {

constexpr std::string_view kUri = "spiffe://cluster.local/ns/shop/sa/api";

TEST(SigningRequest, BringsTheKeyItWasMadeFor) {
  for (const KeyKind kind : {KeyKind::ecdsa_p256, KeyKind::rsa_2048}) {
    const PrivateKey key = PrivateKey::make(kind).value();
    const auto read = read_signing_request(make_signing_request(key, kUri).value());
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(*read, key.public_key());
  }
}

TEST(SigningRequest, MayNameNobody) {
  const PrivateKey key = PrivateKey::make(KeyKind::ecdsa_p256).value();
  EXPECT_TRUE(read_signing_request(make_signing_request(key, "").value()));
}

// The asker must hold the key, or it could have somebody else's key certified under its own name.
TEST(SigningRequest, IsRefusedForAKeyItIsNotSignedBy) {
  const PrivateKey own = PrivateKey::make(KeyKind::ecdsa_p256).value();
  const PrivateKey other = PrivateKey::make(KeyKind::ecdsa_p256).value();
  const RequestHandle request(X509_REQ_new());
  X509_REQ_set_pubkey(request.get(), other.native());
  X509_REQ_sign(request.get(), own.native(), EVP_sha256());
  const BioHandle bio = writing();
  PEM_write_bio_X509_REQ(bio.get(), request.get());
  EXPECT_EQ(read_signing_request(text_in(*bio)).error().reason, Reason::denied);
}

TEST(SigningRequest, IsRefusedForAWeakKey) {
  const KeyHandle weak(EVP_RSA_gen(1024));
  const RequestHandle request(X509_REQ_new());
  X509_REQ_set_pubkey(request.get(), weak.get());
  X509_REQ_sign(request.get(), weak.get(), EVP_sha256());
  const BioHandle bio = writing();
  PEM_write_bio_X509_REQ(bio.get(), request.get());
  EXPECT_EQ(read_signing_request(text_in(*bio)).error().reason, Reason::invalid);
}

TEST(SigningRequest, IsRefusedWhenItDoesNotParse) {
  const PrivateKey key = PrivateKey::make(KeyKind::ecdsa_p256).value();
  const std::string pem = make_signing_request(key, kUri).value();
  EXPECT_EQ(read_signing_request("").error().reason, Reason::malformed);
  EXPECT_EQ(read_signing_request("hello").error().reason, Reason::malformed);
  EXPECT_EQ(read_signing_request(pem.substr(0, pem.size() / 2)).error().reason, Reason::malformed);
  EXPECT_EQ(read_signing_request(key.to_pem().value()).error().reason, Reason::malformed);
  EXPECT_EQ(read_signing_request(pem + std::string(16 << 10, '\n')).error().reason, Reason::too_large);
}

}  // namespace
}  // namespace weft::tls
