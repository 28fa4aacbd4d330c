#include "tls/certificate_issue.h"

#include <algorithm>
#include <optional>

#include <openssl/rand.h>

#include "tls/openssl.h"

namespace weft::tls {
namespace {

// What differs between the kinds of certificates. `issuer`: nothing for one that signs itself.
struct Order {
  const PublicKey& key;
  const PrivateKey& signer;
  std::optional<Certificate> issuer;
  std::string_view name;  // empty: no subject
  Validity validity;
  std::string_view organization = {};  // empty: none
};

bool set_time(ASN1_TIME* field, WallTime time) {
  return ASN1_TIME_set(field, std::chrono::system_clock::to_time_t(
                                  std::chrono::time_point_cast<std::chrono::system_clock::duration>(time))) != nullptr;
}

// RFC 5280 4.1.2.2: positive, at most 20 bytes. 126 bits of it are random, so that it is unique and can't be foreseen.
bool set_serial(X509& certificate) {
  unsigned char bytes[16];
  if (RAND_bytes(bytes, sizeof(bytes)) != 1) return false;
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7f) | 0x40);
  return ASN1_STRING_set(X509_get_serialNumber(&certificate), bytes, sizeof(bytes)) == 1;
}

bool add_to_subject(X509& certificate, int nid, std::string_view text) {
  if (text.empty()) return true;
  X509_NAME* subject = X509_get_subject_name(&certificate);
  return X509_NAME_add_entry_by_NID(subject, nid, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(text.data()),
                                    static_cast<int>(text.size()), -1, 0) == 1;
}

// What all kinds have: version, serial, names, dates, key. The dates never reach beyond the issuer's end.
Result<CertificateHandle> begin(const Order& order) {
  CertificateHandle certificate(X509_new());
  const WallTime until =
      order.issuer ? std::min(order.validity.until, order.issuer->validity().until) : order.validity.until;
  const bool done =
      X509_set_version(certificate.get(), X509_VERSION_3) == 1 && set_serial(*certificate) &&
      add_to_subject(*certificate, NID_organizationName, order.organization) &&
      add_to_subject(*certificate, NID_commonName, order.name) &&
      X509_set_issuer_name(certificate.get(),
                           X509_get_subject_name(order.issuer ? order.issuer->native() : certificate.get())) == 1 &&
      set_time(X509_getm_notBefore(certificate.get()), order.validity.from) &&
      set_time(X509_getm_notAfter(certificate.get()), until) &&
      X509_set_pubkey(certificate.get(), order.key.native()) == 1;
  if (!done) return fail(openssl_error(Reason::internal, "making a certificate"));
  return certificate;
}

// An extension by OpenSSL's configuration text: only for constants of ours, since names could carry its syntax.
bool add_extension(X509& certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, &certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  const bool added = extension != nullptr && X509_add_ext(&certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

// An issuer that was plugged in may have no key id of its own.
bool add_key_ids(X509& certificate, const Order& order) {
  if (!add_extension(certificate, nullptr, NID_subject_key_identifier, "hash")) return false;
  if (!order.issuer || X509_get0_subject_key_id(order.issuer->native()) == nullptr) return true;
  return add_extension(certificate, order.issuer->native(), NID_authority_key_identifier, "keyid:always");
}

bool add_uri_san(X509& certificate, const SpiffeId& id) {
  return X509_add1_ext_i2d(&certificate, NID_subject_alt_name, uri_name(id.uri()).get(), 1, X509V3_ADD_DEFAULT) == 1;
}

// Ed25519 has its digest built in.
const EVP_MD* digest_for(const PrivateKey& key) {
  return EVP_PKEY_is_a(key.native(), "ED25519") == 1 ? nullptr : EVP_sha256();
}

Result<Certificate> sign(CertificateHandle certificate, const PrivateKey& signer) {
  if (X509_sign(certificate.get(), signer.native(), digest_for(signer)) == 0)
    return fail(openssl_error(Reason::internal, "signing a certificate"));
  return Certificate::sharing(certificate.get());
}

Result<Certificate> issue_authority(const Order& order, const char* constraints) {
  WEFT_TRY(CertificateHandle certificate, begin(order));
  const bool done = add_extension(*certificate, nullptr, NID_basic_constraints, constraints) &&
                    add_extension(*certificate, nullptr, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                    add_key_ids(*certificate, order);
  if (!done) return fail(openssl_error(Reason::internal, "making an authority's certificate"));
  return sign(std::move(certificate), order.signer);
}

bool add_server_names(X509& certificate, const std::vector<std::string>& names) {
  return X509_add1_ext_i2d(&certificate, NID_subject_alt_name, server_names(names).get(), 1, X509V3_ADD_DEFAULT) == 1;
}

// RFC 5246 7.4.2: a key exchange by RSA encrypts with the key of the certificate.
const char* usage_of(const PublicKey& key) {
  return key.is_rsa() ? "critical,digitalSignature,keyEncipherment" : "critical,digitalSignature";
}

// What all leaves have, for these extended usages.
Result<CertificateHandle> begin_leaf(const Order& order, const char* extended_usage) {
  WEFT_TRY(CertificateHandle certificate, begin(order));
  const bool done = add_extension(*certificate, nullptr, NID_basic_constraints, "critical,CA:FALSE") &&
                    add_extension(*certificate, nullptr, NID_key_usage, usage_of(order.key)) &&
                    add_extension(*certificate, nullptr, NID_ext_key_usage, extended_usage) &&
                    add_key_ids(*certificate, order);
  if (!done) return fail(openssl_error(Reason::internal, "making a certificate"));
  return certificate;
}

}  // namespace

Result<Certificate> issue_root(const PrivateKey& key, std::string_view name, const Validity& validity) {
  const PublicKey own = key.public_key();
  return issue_authority({own, key, std::nullopt, name, validity}, "critical,CA:TRUE");
}

Result<Certificate> issue_intermediate(const Issuer& issuer, const PublicKey& key, std::string_view name,
                                       const Validity& validity) {
  return issue_authority({key, issuer.key, issuer.certificate, name, validity}, "critical,CA:TRUE,pathlen:0");
}

Result<Certificate> issue_leaf(const Issuer& issuer, const PublicKey& key, const SpiffeId& id,
                               const Validity& validity) {
  WEFT_TRY(CertificateHandle certificate,
           begin_leaf({key, issuer.key, issuer.certificate, {}, validity}, "serverAuth,clientAuth"));
  if (!add_uri_san(*certificate, id)) return fail(openssl_error(Reason::internal, "making a workload's certificate"));
  return sign(std::move(certificate), issuer.key);
}

Result<Certificate> issue_server(const Issuer& issuer, const PublicKey& key, const std::vector<std::string>& names,
                                 const Validity& validity) {
  WEFT_TRY(CertificateHandle certificate,
           begin_leaf({key, issuer.key, issuer.certificate, {}, validity}, "serverAuth"));
  if (!add_server_names(*certificate, names))
    return fail(openssl_error(Reason::internal, "making a server's certificate"));
  return sign(std::move(certificate), issuer.key);
}

Result<Certificate> issue_client(const Issuer& issuer, const PublicKey& key, const Caller& caller,
                                 const Validity& validity) {
  WEFT_TRY(CertificateHandle certificate,
           begin_leaf({key, issuer.key, issuer.certificate, caller.name, validity, caller.organization}, "clientAuth"));
  return sign(std::move(certificate), issuer.key);
}

}  // namespace weft::tls
