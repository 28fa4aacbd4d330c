#include "tls/key.h"

#include <openssl/ec.h>
#include <openssl/pem.h>

#include "tls/openssl.h"

namespace weft::tls {
namespace {

constexpr int kRsaBitsMin = 2048;
constexpr int kRsaBitsMax = 8192;
constexpr size_t kKeyPemSizeMax = 64 << 10;

bool is_strong_curve(const EVP_PKEY* key) {
  char name[64];
  size_t size = 0;
  if (EVP_PKEY_get_group_name(key, name, sizeof(name), &size) != 1) return false;
  const std::string_view curve(name, size);
  return curve == "prime256v1" || curve == "secp384r1" || curve == "secp521r1";
}

}  // namespace

bool PublicKey::is_strong() const {
  if (is_rsa()) {
    const int bits = EVP_PKEY_get_bits(native());
    return bits >= kRsaBitsMin && bits <= kRsaBitsMax;
  }
  if (EVP_PKEY_is_a(native(), "EC") == 1) return is_strong_curve(native());
  return EVP_PKEY_is_a(native(), "ED25519") == 1;
}

bool PublicKey::is_rsa() const {
  return EVP_PKEY_is_a(native(), "RSA") == 1;
}

bool operator==(const PublicKey& a, const PublicKey& b) {
  return EVP_PKEY_eq(a.native(), b.native()) == 1;
}

Result<PrivateKey> PrivateKey::make(KeyKind kind) {
  KeyHandle key(kind == KeyKind::rsa_2048 ? EVP_RSA_gen(2048) : make_curve_key(NID_X9_62_prime256v1).release());
  if (!key) return fail(openssl_error(Reason::internal, "making a private key"));
  return PrivateKey(std::shared_ptr<EVP_PKEY>(std::move(key)));
}

Result<PrivateKey> PrivateKey::from_pem(std::string_view pem) {
  if (pem.size() > kKeyPemSizeMax) return fail(Reason::too_large, "a private key of more than 64 KiB");
  const BioHandle bio = reading(pem);
  KeyHandle key(PEM_read_bio_PrivateKey(bio.get(), nullptr, refuse_password, nullptr));
  if (!key) return fail(openssl_error(Reason::malformed, "no private key in PEM without a password"));
  PrivateKey read{std::shared_ptr<EVP_PKEY>(std::move(key))};
  if (!read.public_key().is_strong())
    return fail(Reason::invalid, "the private key is weak or of an unknown kind: ECDSA P-256 or RSA of 2048 bits");
  return read;
}

Result<std::string> PrivateKey::to_pem() const {
  const BioHandle bio = writing();
  if (PEM_write_bio_PKCS8PrivateKey(bio.get(), native(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return fail(openssl_error(Reason::internal, "writing a private key"));
  return text_in(*bio);
}

}  // namespace weft::tls
