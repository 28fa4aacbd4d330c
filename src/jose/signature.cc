#include "jose/signature.h"

#include <array>
#include <memory>
#include <vector>

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

namespace weft::jose {
namespace {

const unsigned char* bytes_at(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

const EVP_MD* hash_of(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::rs256:
    case Algorithm::ps256:
    case Algorithm::es256:
    case Algorithm::hs256:
      return EVP_sha256();
    case Algorithm::rs384:
    case Algorithm::ps384:
    case Algorithm::es384:
    case Algorithm::hs384:
      return EVP_sha384();
    case Algorithm::rs512:
    case Algorithm::ps512:
    case Algorithm::es512:
    case Algorithm::hs512:
      return EVP_sha512();
    case Algorithm::eddsa:
      break;  // hashes by itself
  }
  return nullptr;
}

bool is_pss(Algorithm algorithm) {
  return algorithm == Algorithm::ps256 || algorithm == Algorithm::ps384 || algorithm == Algorithm::ps512;
}

// RFC 7518 3.5: the salt is as long as the hash, MGF1 uses the same hash (OpenSSL's default).
bool use_pss(EVP_PKEY_CTX* context) {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

bool check(std::string_view text, std::string_view signature, Algorithm algorithm, EVP_PKEY* key) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_PKEY_CTX* options = nullptr;  // belongs to the context
  if (!context || EVP_DigestVerifyInit(context.get(), &options, hash_of(algorithm), nullptr, key) != 1) return false;
  if (is_pss(algorithm) && !use_pss(options)) return false;
  return EVP_DigestVerify(context.get(), bytes_at(signature), signature.size(), bytes_at(text), text.size()) == 1;
}

size_t half_size(KeyKind kind) {
  if (kind == KeyKind::p521) return 66;
  return kind == KeyKind::p384 ? 48 : 32;
}

// RFC 7518 3.4: two numbers of the curve's length, one behind the other. OpenSSL wants them in DER; it refuses zero and
// what is not below the curve's order.
std::vector<unsigned char> to_der(std::string_view signature) {
  const size_t half = signature.size() / 2;
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> numbers(ECDSA_SIG_new(), ECDSA_SIG_free);
  BIGNUM* r = BN_bin2bn(bytes_at(signature), static_cast<int>(half), nullptr);
  BIGNUM* s = BN_bin2bn(bytes_at(signature.substr(half)), static_cast<int>(half), nullptr);
  ECDSA_SIG_set0(numbers.get(), r, s);  // which owns them now
  std::vector<unsigned char> der(static_cast<size_t>(i2d_ECDSA_SIG(numbers.get(), nullptr)));
  unsigned char* end = der.data();
  i2d_ECDSA_SIG(numbers.get(), &end);
  return der;
}

bool check_ecdsa(std::string_view text, std::string_view signature, Algorithm algorithm, const Key& key) {
  if (signature.size() != 2 * half_size(key.kind())) return false;
  const auto der = to_der(signature);
  return check(text, {reinterpret_cast<const char*>(der.data()), der.size()}, algorithm, key.public_key());
}

bool check_hmac(std::string_view text, std::string_view signature, Algorithm algorithm, const std::string& secret) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  const auto* made = HMAC(hash_of(algorithm), secret.data(), static_cast<int>(secret.size()), bytes_at(text),
                          text.size(), digest.data(), &size);
  return made != nullptr && signature.size() == size && CRYPTO_memcmp(digest.data(), signature.data(), size) == 0;
}

}  // namespace

bool is_signed(std::string_view text, std::string_view signature, Algorithm algorithm, const Key& key) {
  bool verdict = false;
  switch (key.kind()) {
    case KeyKind::secret:
      verdict = check_hmac(text, signature, algorithm, key.secret());
      break;
    case KeyKind::p256:
    case KeyKind::p384:
    case KeyKind::p521:
      verdict = check_ecdsa(text, signature, algorithm, key);
      break;
    case KeyKind::rsa:
    case KeyKind::ed25519:
      verdict = check(text, signature, algorithm, key.public_key());
  }
  if (!verdict) ERR_clear_error();  // a stranger's bytes leave nothing behind for whoever asks OpenSSL next
  return verdict;
}

}  // namespace weft::jose
