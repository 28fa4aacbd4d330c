#include "tls/certificate_words.h"

#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

namespace weft::tls {
namespace {

struct UsageWord {
  uint32_t bit;
  const char* word;
};
constexpr std::array kUsageWords = {
    UsageWord{KU_DIGITAL_SIGNATURE, "digital signature"}, UsageWord{KU_KEY_ENCIPHERMENT, "key encipherment"},
    UsageWord{KU_KEY_CERT_SIGN, "certificate signing"}, UsageWord{KU_CRL_SIGN, "CRL signing"}};
constexpr std::array kExtendedUsageWords = {UsageWord{XKU_SSL_SERVER, "server"}, UsageWord{XKU_SSL_CLIENT, "client"}};

}  // namespace

std::string key_words(const PublicKey& key) {
  if (key.is_rsa()) return fmt::format("RSA {}", EVP_PKEY_get_bits(key.native()));
  std::array<char, 64> group{};
  if (EVP_PKEY_get_group_name(key.native(), group.data(), group.size(), nullptr) == 1) {
    const std::string_view name = group.data();
    if (name == "prime256v1") return "ECDSA P-256";
    if (name == "secp384r1") return "ECDSA P-384";
    if (name == "secp521r1") return "ECDSA P-521";
    return fmt::format("ECDSA {}", name);
  }
  const char* name = EVP_PKEY_get0_type_name(key.native());
  if (name == nullptr) return "unknown";
  return EVP_PKEY_is_a(key.native(), "ED25519") == 1 ? "Ed25519" : name;
}

std::vector<std::string> usage_words(const Certificate& certificate) {
  std::vector<std::string> words;
  const uint32_t flags = X509_get_extension_flags(certificate.native());
  const uint32_t usage = (flags & EXFLAG_KUSAGE) != 0 ? X509_get_key_usage(certificate.native()) : 0;
  const uint32_t extended = (flags & EXFLAG_XKUSAGE) != 0 ? X509_get_extended_key_usage(certificate.native()) : 0;
  for (const auto& [bit, word] : kUsageWords)
    if ((usage & bit) != 0) words.emplace_back(word);
  for (const auto& [bit, word] : kExtendedUsageWords)
    if ((extended & bit) != 0) words.emplace_back(word);
  return words;
}

}  // namespace weft::tls
