// Identities for tests of handshakes, made on the spot.
#pragma once

#include <string>
#include <string_view>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "tls/context.h"
#include "tls/openssl.h"

namespace weft::tls {

// A key with its certificate.
struct TestIdentity {
  KeyHandle key;
  CertificateHandle certificate;

  std::string certificate_pem() const { return Certificate::sharing(certificate.get()).to_pem(); }
  std::string key_pem() const {
    const BioHandle memory = writing();
    PEM_write_bio_PrivateKey(memory.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return text_in(*memory);
  }
  Credentials credentials() const { return {certificate_pem(), key_pem()}; }
};

// What a certificate is to say. `names` as OpenSSL writes them: "URI:spiffe://...,DNS:a.b".
struct TestClaims {
  std::string subject = "test";
  std::string names = {};
  bool is_authority = false;
  long starts_in_s = -60;
  long ends_in_s = 3600;
  std::string usage = {};  // extendedKeyUsage
};

// Signed by `issuer`; by itself without one.
inline TestIdentity issue_for_test(const TestClaims& claims, const TestIdentity* issuer = nullptr) {
  TestIdentity made{make_curve_key(NID_X9_62_prime256v1), CertificateHandle(X509_new())};
  X509* certificate = made.certificate.get();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), static_cast<long>(random() | 1));
  X509_gmtime_adj(X509_getm_notBefore(certificate), claims.starts_in_s);
  X509_gmtime_adj(X509_getm_notAfter(certificate), claims.ends_in_s);
  X509_set_pubkey(certificate, made.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "O", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(claims.subject.c_str()), -1, -1, 0);
  X509* const by = issuer == nullptr ? certificate : issuer->certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(by));
  const auto add = [&](int kind, const std::string& value) {
    if (value.empty()) return;
    X509V3_CTX context;
    X509V3_set_ctx(&context, by, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  };
  add(NID_basic_constraints, claims.is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  add(NID_subject_alt_name, claims.names);
  add(NID_ext_key_usage, claims.usage);
  X509_sign(certificate, (issuer == nullptr ? made.key : issuer->key).get(), EVP_sha256());
  return made;
}

}  // namespace weft::tls
