// OpenSSL 3.0 parses each certificate's public key by building a chain of decoders, which asks every provider for every
// algorithm: 40 % of a mutual handshake (ADR 0008). It reads keys of an algorithm directly when an engine claims the
// algorithm, so an engine claims elliptic curves here, and answers with OpenSSL's own methods for them. The engine
// interface is deprecated: this file is all that knows of it. RSA stays as it is, its methods need more of a key than a
// directly read one has.
#include "tls/key_methods.h"

#include <openssl/opensslconf.h>

#ifndef OPENSSL_NO_ENGINE
#include <openssl/engine.h>
#include <openssl/evp.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace weft::tls {
namespace {

// OpenSSL's own methods, as a copy that the engine owns and frees.
EVP_PKEY_METHOD* built_in_methods() {
  EVP_PKEY_METHOD* copy = EVP_PKEY_meth_new(EVP_PKEY_EC, 0);
  if (copy != nullptr) EVP_PKEY_meth_copy(copy, EVP_PKEY_meth_find(EVP_PKEY_EC));
  return copy;
}

// ENGINE_PKEY_METHS_PTR: without a place for them, which algorithms there are; with one, the methods of `algorithm`.
int key_methods(ENGINE*, EVP_PKEY_METHOD** methods, const int** algorithms, int algorithm) {
  static constexpr int kAlgorithm = EVP_PKEY_EC;
  static EVP_PKEY_METHOD* const built_in = built_in_methods();
  if (methods == nullptr) {
    *algorithms = &kAlgorithm;
    return 1;
  }
  *methods = algorithm == kAlgorithm ? built_in : nullptr;
  return *methods == nullptr ? 0 : 1;
}

bool claim_keys() {
  ENGINE* engine = ENGINE_new();
  if (engine == nullptr) return false;
  const bool is_claimed = ENGINE_set_id(engine, "weft") == 1 && ENGINE_set_name(engine, "direct key methods") == 1 &&
                          ENGINE_set_pkey_meths(engine, key_methods) == 1 && ENGINE_set_default_pkey_meths(engine) == 1;
  ENGINE_free(engine);  // the table of defaults holds it
  return is_claimed;
}

}  // namespace
#pragma GCC diagnostic pop

void use_direct_key_methods() {
  static const bool is_claimed = claim_keys();
  static_cast<void>(is_claimed);
}

}  // namespace weft::tls

#else

namespace weft::tls {
void use_direct_key_methods() {}
}  // namespace weft::tls

#endif
