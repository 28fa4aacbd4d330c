// For tests: a small authority, and leaves with whatever fault a test wants to see refused.
#pragma once

#include <string>
#include <vector>

#include "base/assert.h"
#include "tls/certificate_issue.h"
#include "tls/openssl.h"

namespace weft::tls {

// What a certificate made by make_faulty() says. As it stands it is a good leaf of "cluster.local".
struct FaultyOrder {
  std::string san = "URI:spiffe://cluster.local/ns/shop/sa/api";  // in OpenSSL's notation; empty: none
  std::string constraints = "critical,CA:FALSE";
  std::string usage = "critical,digitalSignature";
  std::string extended_usage = "serverAuth,clientAuth";
  std::string subject;
  const EVP_MD* digest = EVP_sha256();
  Validity validity{WallTime{} + std::chrono::hours(1), WallTime{} + std::chrono::hours(24 * 365 * 100)};
};

inline Certificate make_faulty(const Issuer& issuer, EVP_PKEY* key, const FaultyOrder& order) {
  const CertificateHandle made(X509_new());
  X509_set_version(made.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 4711);
  X509_set_issuer_name(made.get(), X509_get_subject_name(issuer.certificate.native()));
  if (!order.subject.empty())
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(order.subject.c_str()), -1, -1, 0);
  const auto seconds = [](WallTime time) {
    return static_cast<time_t>(std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
  };
  ASN1_TIME_set(X509_getm_notBefore(made.get()), seconds(order.validity.from));
  ASN1_TIME_set(X509_getm_notAfter(made.get()), seconds(order.validity.until));
  X509_set_pubkey(made.get(), key);
  const auto add = [&](int nid, const std::string& value) {
    if (value.empty()) return;
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
    WEFT_ASSERT(extension != nullptr);
    X509_add_ext(made.get(), extension, -1);
    X509_EXTENSION_free(extension);
  };
  add(NID_basic_constraints, order.constraints);
  add(NID_key_usage, order.usage);
  add(NID_ext_key_usage, order.extended_usage);
  add(NID_subject_alt_name, order.san);
  WEFT_ASSERT(X509_sign(made.get(), issuer.key.native(), order.digest) != 0);
  return Certificate::sharing(made.get());
}

// A root and an intermediate of trust domain cluster.local that are good for a hundred years.
struct TestAuthority {
  static Issuer make_root(const std::string& name) {
    const PrivateKey key = PrivateKey::make(KeyKind::ecdsa_p256).value();
    return {issue_root(key, name, FaultyOrder{}.validity).value(), key};
  }
  static Issuer make_intermediate(const Issuer& issuer, const std::string& name) {
    const PrivateKey key = PrivateKey::make(KeyKind::ecdsa_p256).value();
    return {issue_intermediate(issuer, key.public_key(), name, FaultyOrder{}.validity).value(), key};
  }

  Issuer root = make_root("test root");
  Issuer intermediate = make_intermediate(root, "test intermediate");

  // A good leaf and its chain, the root left out.
  std::vector<Certificate> chain_for(const PrivateKey& key, const std::string& uri, const Validity& validity) const {
    const auto id = SpiffeId::parse(uri).value();
    return {issue_leaf(intermediate, key.public_key(), id, validity).value(), intermediate.certificate};
  }
};

}  // namespace weft::tls
