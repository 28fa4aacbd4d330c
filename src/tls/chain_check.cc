#include "tls/chain_check.h"

#include <algorithm>
#include <array>

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include "tls/openssl.h"
#include "tls/spiffe_id.h"

namespace weft::tls {
namespace {

struct FaultText {
  std::string_view name;
  std::string_view text;
};

constexpr std::array<FaultText, kChainFaults> kFaultTexts = {{
    {"no_certificate", "no certificate was presented"},
    {"untrusted", "the chain leads to no trusted root"},
    {"bad_signature", "a signature in the chain is wrong"},
    {"not_yet_valid", "a certificate is not valid yet"},
    {"expired", "a certificate has expired"},
    {"revoked", "the certificate is revoked"},
    {"unknown_revocation", "no list that holds says whether a certificate is revoked"},
    {"weak_key", "a key is too weak"},
    {"weak_signature", "a signature is over a weak digest"},
    {"wrong_usage", "the certificate is not meant for this use"},
    {"leaf_is_authority", "the certificate is an authority's, not a workload's"},
    {"issuer_no_authority", "a certificate in the chain was issued by one that is no authority"},
    {"path_too_long", "the chain is longer than an authority in it allows"},
    {"no_identity", "the certificate names no identity (no URI SAN)"},
    {"several_identities", "the certificate names several identities (URI SANs)"},
    {"malformed_identity", "the identity in the certificate is no SPIFFE id"},
    {"other_trust_domain", "the identity is of a trust domain that is not accepted"},
    {"other_name", "none of the certificate's names is one that is accepted"},
    {"invalid", "the chain is not valid"},
}};

using StoreHandle = std::unique_ptr<X509_STORE, FreedBy<X509_STORE_free>>;
using ContextHandle = std::unique_ptr<X509_STORE_CTX, FreedBy<X509_STORE_CTX_free>>;
using StackHandle = std::unique_ptr<STACK_OF(X509), decltype([](STACK_OF(X509) * stack) { sk_X509_free(stack); })>;

std::optional<ChainFault> check_usage(X509* leaf, PeerRole role) {
  const uint32_t usage = X509_get_key_usage(leaf);  // all bits, when there is no such extension
  const bool has_usage = (X509_get_extension_flags(leaf) & EXFLAG_KUSAGE) != 0;
  if (has_usage && (usage & (KU_KEY_CERT_SIGN | KU_CRL_SIGN)) != 0) return ChainFault::leaf_is_authority;
  if (!has_usage || (usage & KU_DIGITAL_SIGNATURE) == 0) return ChainFault::wrong_usage;
  const uint32_t extended = X509_get_extended_key_usage(leaf);
  const uint32_t wanted = role == PeerRole::client ? XKU_SSL_CLIENT : XKU_SSL_SERVER;
  if ((extended & wanted) == 0) return ChainFault::wrong_usage;
  return std::nullopt;
}

std::optional<ChainFault> check_signature_digest(X509* certificate) {
  int digest = NID_undef;
  if (X509_get_signature_info(certificate, &digest, nullptr, nullptr, nullptr) != 1) return std::nullopt;
  if (digest == NID_sha1 || digest == NID_md5 || digest == NID_md5_sha1) return ChainFault::weak_signature;
  return std::nullopt;
}

std::optional<ChainFault> check_identity(X509* leaf, std::span<const std::string> trust_domains) {
  const AlternativeNames names = Certificate::sharing(leaf).alternative_names();
  if (names.uris.empty()) return ChainFault::no_identity;
  if (names.uris.size() > 1) return ChainFault::several_identities;
  const auto id = SpiffeId::parse(names.uris.front());
  if (!id) return ChainFault::malformed_identity;
  if (!trust_domains.empty() && std::ranges::find(trust_domains, id->trust_domain()) == trust_domains.end())
    return ChainFault::other_trust_domain;
  return std::nullopt;
}

// OpenSSL's verification with the rules of RFC 5280, and keys and digests of 112 bits at least.
std::optional<ChainFault> verify_path(const std::vector<Certificate>& chain, const std::vector<Certificate>& roots,
                                      int purpose, WallTime now) {
  const StoreHandle store(X509_STORE_new());
  for (const Certificate& root : roots) X509_STORE_add_cert(store.get(), root.native());
  const StackHandle others(sk_X509_new_null());
  for (const Certificate& one : chain) sk_X509_push(others.get(), one.native());
  const ContextHandle context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store.get(), chain.front().native(), others.get());
  X509_VERIFY_PARAM* rules = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(rules, std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count());
  if (purpose != 0) X509_VERIFY_PARAM_set_purpose(rules, purpose);
  X509_VERIFY_PARAM_set_auth_level(rules, 2);
  const bool holds = X509_verify_cert(context.get()) == 1;
  ERR_clear_error();
  if (holds) return std::nullopt;
  return fault_of_verification(X509_STORE_CTX_get_error(context.get()));
}

}  // namespace

std::string_view name_of(ChainFault fault) {
  return kFaultTexts[static_cast<size_t>(fault)].name;
}

std::string_view text_of(ChainFault fault) {
  return kFaultTexts[static_cast<size_t>(fault)].text;
}

std::optional<ChainFault> check_peer_leaf(x509_st* leaf, PeerRole role, std::span<const std::string> trust_domains) {
  if ((X509_get_extension_flags(leaf) & EXFLAG_CA) != 0) return ChainFault::leaf_is_authority;
  if (auto fault = check_usage(leaf, role)) return fault;
  if (!Certificate::sharing(leaf).public_key().is_strong()) return ChainFault::weak_key;
  if (auto fault = check_signature_digest(leaf)) return fault;
  return check_identity(leaf, trust_domains);
}

ChainFault fault_of_verification(int result) {
  switch (result) {
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return ChainFault::not_yet_valid;
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return ChainFault::expired;
    case X509_V_ERR_CERT_REVOKED:
      return ChainFault::revoked;
    case X509_V_ERR_UNABLE_TO_GET_CRL:
    case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
    case X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE:
    case X509_V_ERR_CRL_SIGNATURE_FAILURE:
    case X509_V_ERR_CRL_NOT_YET_VALID:
    case X509_V_ERR_CRL_HAS_EXPIRED:
    case X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD:
    case X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD:
    case X509_V_ERR_KEYUSAGE_NO_CRL_SIGN:
    case X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION:
    case X509_V_ERR_DIFFERENT_CRL_SCOPE:
    case X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
      return ChainFault::unknown_revocation;
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    case X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE:
      return ChainFault::bad_signature;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_UNTRUSTED:
    case X509_V_ERR_CERT_REJECTED:
      return ChainFault::untrusted;
    case X509_V_ERR_INVALID_PURPOSE:
      return ChainFault::wrong_usage;
    case X509_V_ERR_INVALID_CA:
    case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
      return ChainFault::issuer_no_authority;
    case X509_V_ERR_PATH_LENGTH_EXCEEDED:
    case X509_V_ERR_CERT_CHAIN_TOO_LONG:
      return ChainFault::path_too_long;
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
      return ChainFault::weak_key;
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return ChainFault::weak_signature;
    default:
      return ChainFault::invalid;
  }
}

std::optional<ChainFault> check_chain(const ChainQuestion& question) {
  if (question.chain.empty()) return ChainFault::no_certificate;
  const int purpose = question.role == PeerRole::client ? X509_PURPOSE_SSL_CLIENT : X509_PURPOSE_SSL_SERVER;
  if (auto fault = verify_path(question.chain, question.roots, purpose, question.now)) return fault;
  return check_peer_leaf(question.chain.front().native(), question.role, question.trust_domains);
}

std::optional<ChainFault> check_authority(const std::vector<Certificate>& chain, const std::vector<Certificate>& roots,
                                          WallTime now) {
  if (chain.empty()) return ChainFault::no_certificate;
  return verify_path(chain, roots, 0, now);
}

}  // namespace weft::tls
