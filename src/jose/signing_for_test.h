// Keys and tokens for tests: what an issuer does, good or bad.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

#include "jose/base64url.h"

namespace weft::jose {

// A key pair made for this test.
class SigningKey {
 public:
  static SigningKey rsa(unsigned bits = 2048) { return SigningKey(EVP_RSA_gen(bits), 0); }
  static SigningKey ec(const char* group, size_t half) { return SigningKey(EVP_EC_gen(group), half); }
  static SigningKey p256() { return ec("P-256", 32); }
  static SigningKey ed25519() { return SigningKey(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), 0); }

  // The public half; `extra` is members such as `"kid":"a"`.
  std::string jwk(const std::string& extra = "") const {
    const std::string more = extra.empty() ? "" : "," + extra;
    if (EVP_PKEY_is_a(key_.get(), "RSA") == 1)
      return R"({"kty":"RSA","n":")" + number("n") + R"(","e":")" + number("e") + "\"" + more + "}";
    if (half_ == 0) return R"({"kty":"OKP","crv":"Ed25519","x":")" + raw() + "\"" + more + "}";
    const char* curve = half_ == 32 ? "P-256" : half_ == 48 ? "P-384" : "P-521";
    return std::string(R"({"kty":"EC","crv":")") + curve + R"(","x":")" + number("qx", half_) + R"(","y":")" +
           number("qy", half_) + "\"" + more + "}";
  }
  std::string jwks(const std::string& extra = "") const { return R"({"keys":[)" + jwk(extra) + "]}"; }

  // A token that says `header` and `payload`, signed as `algorithm` asks, whatever the header says.
  std::string token(std::string_view algorithm, std::string_view header, std::string_view payload) const {
    const std::string text = base64url(header) + "." + base64url(payload);
    return text + "." + base64url(sign(algorithm, text));
  }
  std::string token(std::string_view algorithm, std::string_view payload) const {
    return token(algorithm, R"({"alg":")" + std::string(algorithm) + R"(","typ":"JWT"})", payload);
  }

  std::string sign(std::string_view algorithm, std::string_view text) const {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_PKEY_CTX* options = nullptr;
    EVP_DigestSignInit(context, &options, algorithm == "EdDSA" ? nullptr : hash(algorithm), nullptr, key_.get());
    if (algorithm[0] == 'P') {
      EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
      EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST);
    }
    std::array<unsigned char, 1024> bytes;
    size_t size = bytes.size();
    EVP_DigestSign(context, bytes.data(), &size, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    EVP_MD_CTX_free(context);
    const std::string signature(reinterpret_cast<const char*>(bytes.data()), size);
    return half_ == 0 ? signature : raw_signature(signature);
  }

  static const EVP_MD* hash(std::string_view algorithm) {
    if (algorithm.ends_with("512")) return EVP_sha512();
    return algorithm.ends_with("384") ? EVP_sha384() : EVP_sha256();
  }

 private:
  SigningKey(EVP_PKEY* key, size_t half) : key_(key, EVP_PKEY_free), half_(half) {}

  std::string number(const char* name, size_t size = 0) const {
    BIGNUM* value = nullptr;
    EVP_PKEY_get_bn_param(key_.get(), name, &value);
    std::string bytes(size == 0 ? static_cast<size_t>(BN_num_bytes(value)) : size, '\0');
    BN_bn2binpad(value, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    BN_free(value);
    return base64url(bytes);
  }
  std::string raw() const {
    std::string bytes(32, '\0');
    size_t size = bytes.size();
    EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(bytes.data()), &size);
    return base64url(bytes);
  }
  std::string raw_signature(const std::string& der) const {
    const auto* begin = reinterpret_cast<const unsigned char*>(der.data());
    ECDSA_SIG* numbers = d2i_ECDSA_SIG(nullptr, &begin, static_cast<long>(der.size()));
    std::string bytes(2 * half_, '\0');
    auto* out = reinterpret_cast<unsigned char*>(bytes.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(numbers), out, static_cast<int>(half_));
    BN_bn2binpad(ECDSA_SIG_get0_s(numbers), out + half_, static_cast<int>(half_));
    ECDSA_SIG_free(numbers);
    return bytes;
  }

  std::shared_ptr<EVP_PKEY> key_;
  size_t half_;  // bytes of a coordinate; 0: not on a curve of ECDSA's
};

// A token signed by a shared secret.
inline std::string secret_token(std::string_view algorithm, std::string_view payload, std::string_view secret) {
  const std::string text = base64url(R"({"alg":")" + std::string(algorithm) + R"("})") + "." + base64url(payload);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  HMAC(SigningKey::hash(algorithm), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  return text + "." + base64url({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace weft::jose
