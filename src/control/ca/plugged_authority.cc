#include "control/ca/plugged_authority.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "api/base64.h"
#include "control/ca/key_file.h"
#include "control/store/json_access.h"
#include "control/store/object_json.h"
#include "tls/chain_check.h"

namespace weft::control {
namespace {

using tls::Certificate;

// Four times what the longest chain of large RSA certificates has.
constexpr size_t kPluggedSizeMax = 256 << 10;

Result<std::string> read_public(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Reason::not_found, fmt::format("{} can't be read", path));
  std::string text(kPluggedSizeMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  if (text.size() > kPluggedSizeMax) return fail(Reason::too_large, fmt::format("{} has more than 256 KiB", path));
  return text;
}

// cert-chain.pem as Istio has it may begin with ca-cert.pem and end with the root: neither is said twice.
Result<std::vector<Certificate>> chain_above(const Certificate& issuer, const std::string& text,
                                             const std::vector<Certificate>& roots) {
  std::vector<Certificate> chain = {issuer};
  if (text.find("BEGIN") == std::string::npos) return chain;
  WEFT_TRY(const auto said, tls::read_certificates(text));
  const auto is_known = [](const std::vector<Certificate>& list, const Certificate& one) {
    return std::ranges::any_of(list, [&](const auto& other) { return other.fingerprint() == one.fingerprint(); });
  };
  for (const Certificate& one : said)
    if (!is_known(chain, one) && !is_known(roots, one)) chain.push_back(one);
  return chain;
}

// The root that a chain leads to: the one which verifies it alone.
Result<Certificate> root_of(const std::vector<Certificate>& chain, const std::vector<Certificate>& roots,
                            WallTime now) {
  auto fault = tls::ChainFault::untrusted;
  for (const Certificate& root : roots) {
    const auto found = tls::check_authority(chain, {root}, now);
    if (!found) return root;
    fault = *found;
  }
  return fail(Reason::invalid, fmt::format("ca-cert.pem does not lead to root-cert.pem: {}", tls::text_of(fault)));
}

}  // namespace

Result<Signing> read_plugged(const PluggedTexts& texts, WallTime now) {
  WEFT_TRY(const auto issuers, tls::read_certificates(texts.certificate));
  const Certificate& issuer = issuers.front();
  WEFT_TRY(auto key, tls::PrivateKey::from_pem(texts.key));
  if (!(issuer.public_key() == key.public_key()))
    return fail(Reason::invalid, "ca-key.pem is not the key of ca-cert.pem");
  if (!issuer.is_authority()) return fail(Reason::invalid, "ca-cert.pem is no authority's certificate (CA:true)");
  WEFT_TRY(auto roots, tls::read_certificates(texts.roots));
  WEFT_TRY(auto chain, chain_above(issuer, texts.chain, roots));
  WEFT_TRY(auto root, root_of(chain, roots, now));
  std::erase_if(chain, [&](const auto& one) { return one.fingerprint() == root.fingerprint(); });
  return Signing{{issuer, std::move(key)}, std::move(chain), std::move(root), std::move(roots)};
}

Result<std::optional<PluggedTexts>> plugged_files(const std::string& folder) {
  const std::string place = folder + "/cacerts/";
  if (!std::filesystem::exists(place)) return std::nullopt;
  PluggedTexts texts;
  WEFT_TRY(texts.certificate, read_public(place + "ca-cert.pem"));
  WEFT_TRY(texts.key, read_private_file(place + "ca-key.pem", kPluggedSizeMax));
  WEFT_TRY(texts.roots, read_public(place + "root-cert.pem"));
  if (std::filesystem::exists(place + "cert-chain.pem")) {
    WEFT_TRY(texts.chain, read_public(place + "cert-chain.pem"));
  }
  return texts;
}

Result<PluggedTexts> plugged_secret(const Object& secret) {
  const api::Json body = decode(secret);
  const auto text = [&](const char* key) { return api::decode_base64(text_at(body, "data", key)).value_or(""); };
  PluggedTexts texts{text("ca-cert.pem"), text("ca-key.pem"), text("cert-chain.pem"), text("root-cert.pem")};
  if (texts.certificate.empty() || texts.key.empty() || texts.roots.empty())
    return fail(Reason::invalid, fmt::format("the Secret {}/{} lacks ca-cert.pem, ca-key.pem or root-cert.pem",
                                             secret.key.space, secret.key.name));
  return texts;
}

}  // namespace weft::control
