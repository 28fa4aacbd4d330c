#include "proxy/secrets/secrets.h"

#include <fstream>
#include <optional>
#include <sstream>

#include <envoy/extensions/transport_sockets/tls/v3/secret.pb.h>

#include "base/log.h"
#include "base/xx_hash.h"

namespace weft::proxy {
namespace {

using envoy::config::core::v3::DataSource;
using WireSecret = envoy::extensions::transport_sockets::tls::v3::Secret;
using decide::SecretSource;

std::optional<std::string> contents_of(const std::string& path) {
  const std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

Result<std::string> text_of(const DataSource& source, std::string_view what) {
  switch (source.specifier_case()) {
    case DataSource::kInlineBytes:
      return source.inline_bytes();
    case DataSource::kInlineString:
      return source.inline_string();
    case DataSource::kFilename: {
      auto text = contents_of(source.filename());
      if (text) return *std::move(text);
      return fail(Reason::not_found, std::string(what) + ": " + source.filename() + " cannot be read");
    }
    default:
      return fail(Reason::unsupported, std::string(what) + " is neither inline nor in a file");
  }
}

// What cannot be used is refused while the earlier version serves.
Result<> check(const Secret& secret) {
  tls::ContextSettings trial;
  if (!secret.credentials.chain.empty()) trial.credentials = {secret.credentials};
  if (!secret.roots.empty()) {
    trial.role = tls::Role::client;
    trial.peer_certificates = tls::PeerCertificates::required;
    trial.roots = secret.roots;
    trial.revocation_lists = secret.revocation_lists;
  }
  WEFT_TRY(const auto unused, tls::make_context(std::move(trial)));
  (void)unused;
  return {};
}

uint64_t digest(std::string_view text) {
  return xx_hash(text);
}

}  // namespace

Result<> Secrets::put(const xds::Resource& resource) {
  WireSecret wire;
  if (!wire.ParseFromArray(resource.bytes.data(), static_cast<int>(resource.bytes.size())))
    return fail(Reason::malformed, "bytes that are not a Secret");
  if (resource.name == kNoticeName)
    return take_notice(wire.generic_secret().secret().inline_string() + wire.generic_secret().secret().inline_bytes());
  Secret secret;
  if (wire.has_tls_certificate()) {
    WEFT_TRY(secret.credentials.chain, text_of(wire.tls_certificate().certificate_chain(), "the certificate"));
    WEFT_TRY(secret.credentials.key, text_of(wire.tls_certificate().private_key(), "the key"));
  } else if (wire.has_validation_context()) {
    WEFT_TRY(secret.roots, text_of(wire.validation_context().trusted_ca(), "the roots"));
    if (wire.validation_context().has_crl()) {
      WEFT_TRY(secret.revocation_lists, text_of(wire.validation_context().crl(), "the revocation lists"));
    }
  } else {
    return fail(Reason::unsupported, "a secret that is neither a certificate nor roots");
  }
  WEFT_CHECK(check(secret));
  keep(resource.name, std::move(secret));
  return {};
}

Result<> Secrets::take_notice(std::string_view json) {
  WEFT_TRY(CertificateNotice notice, read_notice(json));
  if (notice.revoked != *revoked_) revoked_ = std::make_shared<const Serials>(std::move(notice.revoked));
  if (replace_) replace_(notice.replace);
  return {};
}

void Secrets::keep(std::string_view name, Secret secret) {
  secret.version = ++version_;
  absent_.erase(std::string(name));
  named_.insert_or_assign(std::string(name), std::make_shared<const Secret>(std::move(secret)));
}

runtime::Task<std::vector<xds::Rejection>> Secrets::apply(const xds::Update& update) {
  std::vector<xds::Rejection> rejections;
  for (const auto& resource : update.changed) {
    if (resource.name == decide::kOwnIdentity) continue;  // nobody else gives us an identity
    if (auto taken = put(resource); !taken)
      rejections.push_back(
          {std::string(resource.name), "secret '" + std::string(resource.name) + "': " + taken.error().detail});
  }
  // A removed secret serves on until nothing names it: its removal must not cut anybody off.
  for (const std::string_view name : update.removed) {
    if (named_.contains(name)) continue;
    log::warn("secret '{}': the control plane has none; what needs it is not served", name);
    absent_.emplace(name);
  }
  co_await renew_();
  co_return rejections;
}

runtime::Task<void> Secrets::take_own(tls::Credentials credentials) {
  if (const auto chain = tls::read_certificates(credentials.chain)) identity_ends_ = chain->front().validity().until;
  keep(decide::kOwnIdentity, {.credentials = std::move(credentials)});
  co_await renew_();
}

bool Secrets::is_awaited(const SecretSource& source) const {
  if (source.kind != SecretSource::Kind::named) return false;
  return !named_.contains(source.name) && !absent_.contains(source.name);
}

SecretPtr Secrets::find(const SecretSource& source) const {
  switch (source.kind) {
    case SecretSource::Kind::named: {
      const auto found = named_.find(source.name);
      return found == named_.end() ? nullptr : found->second;
    }
    case SecretSource::Kind::inline_bytes:
      return std::make_shared<const Secret>(
          Secret{.credentials = {source.certificate, source.key}, .roots = source.certificate});
    case SecretSource::Kind::files:
      break;
  }
  auto certificate = contents_of(source.certificate);
  auto key = source.key.empty() ? std::optional<std::string>("") : contents_of(source.key);
  const bool is_empty = certificate == "" || (key == "" && !source.key.empty());
  if (!certificate || !key || is_empty) return nullptr;
  const uint64_t version = digest(*certificate) ^ digest(*key) << 1;
  return std::make_shared<const Secret>(
      Secret{.credentials = {*certificate, *std::move(key)}, .roots = *certificate, .version = version});
}

}  // namespace weft::proxy
