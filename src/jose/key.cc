#include "jose/key.h"

#include <array>

#include "jose/public_key.h"

namespace weft::jose {
namespace {

using Kind = Value::Kind;

constexpr Curve kP256 = {
    "P-256",
    {"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00", 26},
    32};
constexpr Curve kP384 = {
    "P-384", {"\x30\x76\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22\x03\x62\x00", 23}, 48};
constexpr Curve kP521 = {
    "P-521",
    {"\x30\x81\x9b\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x23\x03\x81\x86\x00", 25},
    66};

// RFC 7518 3.2: a secret has at least as many bits as the hash it is used with.
constexpr size_t kSecretSizeMin = 32;
constexpr size_t kSecretSizeMax = 1024;

KeyKind kind_of(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::es256:
      return KeyKind::p256;
    case Algorithm::es384:
      return KeyKind::p384;
    case Algorithm::es512:
      return KeyKind::p521;
    case Algorithm::eddsa:
      return KeyKind::ed25519;
    case Algorithm::hs256:
    case Algorithm::hs384:
    case Algorithm::hs512:
      return KeyKind::secret;
    default:
      return KeyKind::rsa;
  }
}

size_t secret_size_min(Algorithm algorithm) {
  if (algorithm == Algorithm::hs512) return 64;
  return algorithm == Algorithm::hs384 ? 48 : kSecretSizeMin;
}

bool has_text(const Value& list, std::string_view text) {
  for (const Value& item : list.items) {
    if (item.is(Kind::text) && item.text == text) return true;
  }
  return false;
}

// RFC 7517 4.2 and 4.3: a key that is for something else is not used for signatures.
bool is_for_signatures(const Value& jwk) {
  const Value* use = jwk.find("use");
  if (use != nullptr && !(use->is(Kind::text) && use->text == "sig")) return false;
  const Value* operations = jwk.find("key_ops");
  return operations == nullptr || has_text(*operations, "verify");
}

Result<KeyKind> ec_kind(const Value& jwk) {
  const auto curve = jwk.text_of("crv");
  if (curve == kP256.jwk_name) return KeyKind::p256;
  if (curve == kP384.jwk_name) return KeyKind::p384;
  if (curve == kP521.jwk_name) return KeyKind::p521;
  return fail(Reason::unsupported, "the key's curve is not supported");
}

Result<KeyKind> kind_of(const Value& jwk) {
  const auto type = jwk.text_of("kty");
  if (type == "RSA") return KeyKind::rsa;
  if (type == "EC") return ec_kind(jwk);
  if (type == "OKP" && jwk.text_of("crv") == "Ed25519") return KeyKind::ed25519;
  if (type == "oct") return KeyKind::secret;
  return fail(Reason::unsupported, "the key's type is not supported");
}

Result<std::shared_ptr<EVP_PKEY>> public_key_of(KeyKind kind, const Value& jwk) {
  switch (kind) {
    case KeyKind::rsa:
      return rsa_key(jwk);
    case KeyKind::p256:
      return ec_key(jwk, kP256);
    case KeyKind::p384:
      return ec_key(jwk, kP384);
    case KeyKind::p521:
      return ec_key(jwk, kP521);
    case KeyKind::ed25519:
      return ed25519_key(jwk);
    case KeyKind::secret:
      break;
  }
  return std::shared_ptr<EVP_PKEY>();
}

Result<std::string> secret_of(const Value& jwk) {
  WEFT_TRY(std::string secret, bytes_of(jwk, "k"));
  if (secret.size() < kSecretSizeMin) return fail(Reason::invalid, "the secret has less than 256 bits");
  if (secret.size() > kSecretSizeMax) return fail(Reason::invalid, "the secret is too long");
  return secret;
}

}  // namespace

Result<Key> Key::from_jwk(const Value& jwk) {
  if (!jwk.is(Kind::object)) return fail(Reason::invalid, "a key is no JSON object");
  if (!is_for_signatures(jwk)) return fail(Reason::unsupported, "the key is not for signatures");
  Key key;
  WEFT_TRY(key.kind_, jose::kind_of(jwk));
  if (jwk.find("kid") != nullptr) {
    const auto id = jwk.text_of("kid");
    if (!id) return fail(Reason::invalid, "the key's kid is no text");
    key.id_ = *id;
  }
  if (jwk.find("alg") != nullptr) {
    key.only_ = algorithm_named(jwk.text_of("alg").value_or(""));
    if (!key.only_ || jose::kind_of(*key.only_) != key.kind_)
      return fail(Reason::unsupported, "the key's alg is not one of its type's signature algorithms");
  }
  if (key.kind_ == KeyKind::secret) {
    WEFT_TRY(key.secret_, secret_of(jwk));
  } else {
    WEFT_TRY(key.public_, public_key_of(key.kind_, jwk));
  }
  return key;
}

bool Key::allows(Algorithm algorithm) const {
  if (jose::kind_of(algorithm) != kind_ || (only_ && *only_ != algorithm)) return false;
  return kind_ != KeyKind::secret || secret_.size() >= secret_size_min(algorithm);
}

}  // namespace weft::jose
