// Keys of certificates: private ones, made here or read from PEM, and public ones. No OpenSSL type is visible but by
// its struct tag.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

struct evp_pkey_st;

namespace weft::tls {

// What is made. Elliptic keys sign some twenty times as fast, and are the default everywhere.
enum class KeyKind : uint8_t { ecdsa_p256, rsa_2048 };

// The public half. An immutable value; copies share.
class PublicKey {
 public:
  explicit PublicKey(std::shared_ptr<evp_pkey_st> native) : native_(std::move(native)) {}

  // Of a strength that we let into certificates (NIST SP 800-57: 112 bits at least): ECDSA on P-256, P-384 or P-521,
  // Ed25519, or RSA of 2048 to 8192 bits. More is refused as well: checking its signatures is work for the asking.
  bool is_strong() const;
  bool is_rsa() const;
  friend bool operator==(const PublicKey& a, const PublicKey& b);

  evp_pkey_st* native() const { return native_.get(); }

 private:
  std::shared_ptr<evp_pkey_st> native_;
};

// A private key. An immutable value; copies share. Its text is written nowhere by itself.
class PrivateKey {
 public:
  static Result<PrivateKey> make(KeyKind kind);

  // PKCS#8, or the older forms of RSA and EC keys. Fails with malformed (also for a key under a password) or invalid (a
  // weak key).
  static Result<PrivateKey> from_pem(std::string_view pem);

  // PKCS#8, "-----BEGIN PRIVATE KEY-----".
  Result<std::string> to_pem() const;

  PublicKey public_key() const { return PublicKey(native_); }
  evp_pkey_st* native() const { return native_.get(); }

 private:
  explicit PrivateKey(std::shared_ptr<evp_pkey_st> native) : native_(std::move(native)) {}

  std::shared_ptr<evp_pkey_st> native_;
};

}  // namespace weft::tls
