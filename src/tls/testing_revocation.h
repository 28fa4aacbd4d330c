// Revocation lists for tests, made on the spot.
#pragma once

#include <string>
#include <vector>

#include <openssl/pem.h>

#include "tls/openssl.h"

namespace weft::tls {

// Until when a list made by revoke_for_test() holds, from when on; seconds from now.
struct TestListTimes {
  long starts_in_s = -60;
  long ends_in_s = 3600;
};

// The list of `issuer`, signed with `key`, of these certificates; PEM.
inline std::string revoke_for_test(X509* issuer, EVP_PKEY* key, const std::vector<X509*>& revoked,
                                   const TestListTimes& times = {}) {
  const std::unique_ptr<X509_CRL, FreedBy<X509_CRL_free>> list(X509_CRL_new());
  X509_CRL_set_version(list.get(), 1);
  X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer));
  const std::unique_ptr<ASN1_TIME, FreedBy<ASN1_TIME_free>> time(ASN1_TIME_new());
  X509_gmtime_adj(time.get(), times.starts_in_s);
  X509_CRL_set1_lastUpdate(list.get(), time.get());
  for (X509* one : revoked) {
    X509_REVOKED* entry = X509_REVOKED_new();
    X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(one));
    X509_REVOKED_set_revocationDate(entry, time.get());
    X509_CRL_add0_revoked(list.get(), entry);
  }
  X509_gmtime_adj(time.get(), times.ends_in_s);
  X509_CRL_set1_nextUpdate(list.get(), time.get());
  X509_CRL_sort(list.get());
  X509_CRL_sign(list.get(), key, EVP_sha256());
  const BioHandle memory = writing();
  PEM_write_bio_X509_CRL(memory.get(), list.get());
  return text_in(*memory);
}

}  // namespace weft::tls
