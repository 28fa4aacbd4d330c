#include "jose/public_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include "jose/base64url.h"

namespace weft::jose {
namespace {

constexpr int kRsaBitsMin = 2048;
constexpr int kRsaBitsMax = 4096;
constexpr int kExponentBitsMax = 32;  // 65537 has 17; the time a check takes grows with it
constexpr size_t kEd25519Size = 32;

using Pkey = std::shared_ptr<EVP_PKEY>;
using Number = std::unique_ptr<BIGNUM, decltype(&BN_free)>;
using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)>;
using Context = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;

const unsigned char* octets(const std::string& bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::unexpected<Error> bad_key(const char* why) {
  return fail(Reason::invalid, why);
}

// Whether the numbers are those of a key.
Result<Pkey> checked(Pkey key) {
  const Context context(key ? EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr) : nullptr, EVP_PKEY_CTX_free);
  if (!context || EVP_PKEY_public_check(context.get()) != 1) return bad_key("the key's numbers are no public key");
  return key;
}

Result<Pkey> build(const char* type, OSSL_PARAM_BLD* builder) {
  const std::unique_ptr<OSSL_PARAM, decltype(&OSSL_PARAM_free)> parameters(OSSL_PARAM_BLD_to_param(builder),
                                                                           OSSL_PARAM_free);
  const Context context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr), EVP_PKEY_CTX_free);
  EVP_PKEY* key = nullptr;
  if (context && parameters && EVP_PKEY_fromdata_init(context.get()) == 1)
    EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get());
  return checked(Pkey(key, EVP_PKEY_free));
}

}  // namespace

Result<std::string> bytes_of(const Value& jwk, const char* member) {
  const auto text = jwk.text_of(member);
  if (!text) return fail(Reason::invalid, std::string("the key has no ") + member);
  auto bytes = from_base64url(*text);
  if (!bytes || bytes->empty()) return fail(Reason::invalid, std::string("the key's ") + member + " is no base64url");
  return *std::move(bytes);
}

Result<Pkey> rsa_key(const Value& jwk) {
  WEFT_TRY(const std::string modulus, bytes_of(jwk, "n"));
  WEFT_TRY(const std::string exponent, bytes_of(jwk, "e"));
  constexpr size_t kBytesMax = kRsaBitsMax / 8 + 1;  // before any arithmetic
  if (modulus.size() > kBytesMax || exponent.size() > kBytesMax) return bad_key("the RSA key is too large");
  const Number n(BN_bin2bn(octets(modulus), static_cast<int>(modulus.size()), nullptr), BN_free);
  const Number e(BN_bin2bn(octets(exponent), static_cast<int>(exponent.size()), nullptr), BN_free);
  if (BN_num_bits(n.get()) < kRsaBitsMin) return bad_key("the RSA key has less than 2048 bits");
  if (BN_num_bits(n.get()) > kRsaBitsMax) return bad_key("the RSA key has more than 4096 bits");
  if (BN_num_bits(e.get()) > kExponentBitsMax || BN_is_odd(e.get()) == 0 || BN_is_one(e.get()) == 1)
    return bad_key("the RSA key's exponent is not acceptable");
  const ParameterBuilder builder(OSSL_PARAM_BLD_new(), OSSL_PARAM_BLD_free);
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  return build("RSA", builder.get());
}

Result<Pkey> ec_key(const Value& jwk, const Curve& curve) {
  WEFT_TRY(const std::string x, bytes_of(jwk, "x"));
  WEFT_TRY(const std::string y, bytes_of(jwk, "y"));
  // RFC 7518 6.2.1.2: always as long as the curve's field, leading zeros included.
  if (x.size() != curve.coordinate_size || y.size() != curve.coordinate_size)
    return bad_key("the EC key's coordinates have another length than its curve");
  // Made from numbers, it could not be used where certificates' keys are read directly (tls/key_methods.h).
  const std::string info = std::string(curve.key_info).append("\x04").append(x).append(y);  // SEC 1: uncompressed
  const unsigned char* at = octets(info);
  return checked(Pkey(d2i_PUBKEY(nullptr, &at, static_cast<long>(info.size())), EVP_PKEY_free));
}

Result<Pkey> ed25519_key(const Value& jwk) {
  WEFT_TRY(const std::string x, bytes_of(jwk, "x"));
  if (x.size() != kEd25519Size) return bad_key("an Ed25519 key has 32 bytes");
  Pkey key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets(x), x.size()), EVP_PKEY_free);
  if (!key) return bad_key("the key's bytes are no Ed25519 key");
  return key;
}

}  // namespace weft::jose
