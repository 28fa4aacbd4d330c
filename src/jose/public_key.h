// Public keys from the numbers of a JWK, by OpenSSL.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "jose/value.h"

using EVP_PKEY = struct evp_pkey_st;

namespace weft::jose {

// The curve of an EC key: its name in a JWK, and a SubjectPublicKeyInfo of it up to the point (RFC 5480 2).
struct Curve {
  const char* jwk_name;
  std::string_view key_info;
  size_t coordinate_size;
};

Result<std::shared_ptr<EVP_PKEY>> rsa_key(const Value& jwk);
Result<std::shared_ptr<EVP_PKEY>> ec_key(const Value& jwk, const Curve& curve);
Result<std::shared_ptr<EVP_PKEY>> ed25519_key(const Value& jwk);

// A member that holds bytes in base64url.
Result<std::string> bytes_of(const Value& jwk, const char* member);

}  // namespace weft::jose
