#include "tls/verified_peers.h"

#include <algorithm>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "tls/certificate.h"

namespace weft::tls {
namespace {

constexpr size_t kPeersMax = 4096;

void add_fingerprint(X509* certificate, EVP_MD_CTX& digest) {
  VerifiedPeers::Digest one;
  X509_digest(certificate, EVP_sha256(), one.data(), nullptr);
  EVP_DigestUpdate(&digest, one.data(), one.size());
}

}  // namespace

VerifiedPeers::Digest VerifiedPeers::digest_of(X509_STORE_CTX& checked) {
  Digest digest{};
  EVP_MD_CTX* const all = EVP_MD_CTX_new();
  EVP_DigestInit_ex(all, EVP_sha256(), nullptr);
  add_fingerprint(X509_STORE_CTX_get0_cert(&checked), *all);
  const STACK_OF(X509)* others = X509_STORE_CTX_get0_untrusted(&checked);
  for (int i = 0; i < sk_X509_num(others); ++i) add_fingerprint(sk_X509_value(others, i), *all);
  EVP_DigestFinal_ex(all, digest.data(), nullptr);
  EVP_MD_CTX_free(all);
  return digest;
}

bool VerifiedPeers::knows(const Digest& chain, WallTime now) {
  const std::lock_guard lock(mutex_);
  const auto found = until_.find(chain);
  if (found == until_.end()) return false;
  if (now < found->second) return true;
  until_.erase(found);
  return false;
}

void VerifiedPeers::add(const Digest& chain, X509_STORE_CTX& verified, WallTime latest) {
  WallTime until = latest;
  const STACK_OF(X509)* certificates = X509_STORE_CTX_get0_chain(&verified);
  for (int i = 0; i < sk_X509_num(certificates); ++i)
    until = std::min(until, Certificate::sharing(sk_X509_value(certificates, i)).validity().until);
  const std::lock_guard lock(mutex_);
  if (until_.size() >= kPeersMax)
    until_.erase(std::ranges::min_element(until_, {}, [](const auto& entry) { return entry.second; }));
  until_.insert_or_assign(chain, until);
}

}  // namespace weft::tls
