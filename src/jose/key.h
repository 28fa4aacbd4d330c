// Key: one JSON Web Key (RFC 7517), made ready for checking signatures.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "jose/algorithm.h"
#include "jose/value.h"

using EVP_PKEY = struct evp_pkey_st;

namespace weft::jose {

// What a key is. It alone says which algorithms the key may be used for: a token that asks for another one is never
// checked with it, so no public key can be taken for a shared secret (RFC 8725 3.1, "key confusion").
enum class KeyKind : uint8_t { rsa, p256, p384, p521, ed25519, secret };

// See the head of this file. Immutable; any thread.
class Key {
 public:
  // Refused: what is no signature key, RSA keys of less than 2,048 bits (RFC 7518 3.3) or more than 4,096 (the time one
  // check takes), points off their curve.
  static Result<Key> from_jwk(const Value& jwk);

  const std::optional<std::string>& id() const { return id_; }  // kid
  KeyKind kind() const { return kind_; }
  bool allows(Algorithm algorithm) const;

  EVP_PKEY* public_key() const { return public_.get(); }  // null for a secret
  const std::string& secret() const { return secret_; }   // of KeyKind::secret

 private:
  KeyKind kind_ = KeyKind::rsa;
  std::optional<std::string> id_;
  std::optional<Algorithm> only_;  // alg
  std::shared_ptr<EVP_PKEY> public_;
  std::string secret_;
};

}  // namespace weft::jose
