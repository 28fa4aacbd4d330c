#include "tls/signing_request.h"

#include <openssl/pem.h>

#include "tls/openssl.h"

namespace weft::tls {
namespace {

// A request with an RSA key of 8192 bits has some 3 KiB.
constexpr size_t kRequestSizeMax = 16 << 10;

using ExtensionsHandle = std::unique_ptr<STACK_OF(X509_EXTENSION), decltype([](STACK_OF(X509_EXTENSION) * stack) {
                                           sk_X509_EXTENSION_pop_free(stack, X509_EXTENSION_free);
                                         })>;

Result<> add_uri(X509_REQ& request, std::string_view uri) {
  STACK_OF(X509_EXTENSION)* extensions = nullptr;
  const bool is_made =
      X509V3_add1_i2d(&extensions, NID_subject_alt_name, uri_name(uri).get(), 1, X509V3_ADD_DEFAULT) == 1;
  const ExtensionsHandle owned(extensions);
  if (!is_made || X509_REQ_add_extensions(&request, owned.get()) != 1)
    return fail(openssl_error(Reason::internal, "naming a signing request"));
  return {};
}

}  // namespace

Result<std::string> make_signing_request(const PrivateKey& key, std::string_view uri) {
  const RequestHandle request(X509_REQ_new());
  X509_REQ_set_version(request.get(), X509_REQ_VERSION_1);
  if (X509_REQ_set_pubkey(request.get(), key.native()) != 1)
    return fail(openssl_error(Reason::internal, "making a signing request"));
  if (!uri.empty()) WEFT_CHECK(add_uri(*request, uri));
  if (X509_REQ_sign(request.get(), key.native(), EVP_sha256()) == 0)
    return fail(openssl_error(Reason::internal, "signing a signing request"));
  const BioHandle bio = writing();
  PEM_write_bio_X509_REQ(bio.get(), request.get());
  return text_in(*bio);
}

Result<PublicKey> read_signing_request(std::string_view pem) {
  if (pem.size() > kRequestSizeMax) return fail(Reason::too_large, "a signing request over 16 KiB", Side::client);
  const BioHandle bio = reading(pem);
  const RequestHandle request(PEM_read_bio_X509_REQ(bio.get(), nullptr, refuse_password, nullptr));
  if (!request) return fail(openssl_error(Reason::malformed, "no signing request in PEM", Side::client));
  KeyHandle native(X509_REQ_get_pubkey(request.get()));
  if (!native) return fail(openssl_error(Reason::malformed, "the signing request has no readable key", Side::client));
  PublicKey key{std::shared_ptr<EVP_PKEY>(std::move(native))};
  // Before its signature is checked, which is work by the size of the key.
  if (!key.is_strong())
    return fail(Reason::invalid, "the key of the signing request is weak or of an unknown kind", Side::client);
  if (X509_REQ_verify(request.get(), key.native()) != 1)
    return fail(openssl_error(Reason::denied, "the signing request is not signed by its own key", Side::client));
  return key;
}

}  // namespace weft::tls
