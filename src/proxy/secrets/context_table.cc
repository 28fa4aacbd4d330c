#include "proxy/secrets/context_table.h"

#include <algorithm>

#include "base/log.h"
#include "proxy/secrets/peer_rules.h"

namespace weft::proxy {
namespace {

tls::Version to_tls(decide::TlsVersion version) {
  switch (version) {
    case decide::TlsVersion::tls_1_0:
      return tls::Version::tls_1_0;
    case decide::TlsVersion::tls_1_1:
      return tls::Version::tls_1_1;
    case decide::TlsVersion::tls_1_2:
      return tls::Version::tls_1_2;
    case decide::TlsVersion::tls_1_3:
      return tls::Version::tls_1_3;
    case decide::TlsVersion::automatic:
      break;
  }
  return tls::Version::automatic;
}

tls::ContextSettings to_context_settings(const decide::TlsSettings& settings, tls::Role role,
                                         std::shared_ptr<const Serials> revoked) {
  const bool is_server = role == tls::Role::server;
  return {.role = role,
          .refuse_peer =
              refusal_by(settings.peer, is_server ? tls::PeerRole::client : tls::PeerRole::server, std::move(revoked)),
          .lowest = to_tls(settings.lowest),
          .highest = to_tls(settings.highest),
          .ciphers = settings.ciphers,
          .curves = settings.curves,
          .protocols = settings.protocols};
}

tls::PeerCertificates peer_certificates(const decide::TlsSettings& settings, tls::Role role, bool requires_them) {
  if (requires_them) return tls::PeerCertificates::required;
  if (settings.peer.are_empty()) return tls::PeerCertificates::ignored;
  return role == tls::Role::client ? tls::PeerCertificates::required : tls::PeerCertificates::verified_if_shown;
}

}  // namespace

ContextTable::Material ContextTable::material_of(const decide::TlsSettings& settings) const {
  Material material;
  const auto find = [&](const decide::SecretSource& source) {
    auto secret = secrets_->find(source);
    material.is_complete = material.is_complete && secret != nullptr;
    material.has_files = material.has_files || source.kind == decide::SecretSource::Kind::files;
    if (!secret && source.kind == decide::SecretSource::Kind::files) material.missing_file = source.certificate;
    material.is_awaited = material.is_awaited || (!secret && secrets_->is_awaited(source));
    material.versions.push_back(secret ? secret->version : 0);
    return secret;
  };
  for (const auto& source : settings.certificates) material.certificates.push_back(find(source));
  if (settings.peer.roots) material.roots = find(*settings.peer.roots);
  if (settings.peer.revocations) material.revocations = find(*settings.peer.revocations);
  return material;
}

void ContextTable::note_files(const decide::TlsSettings& settings) {
  const auto note = [&](const decide::SecretSource& source) {
    if (source.kind != decide::SecretSource::Kind::files) return;
    files_.insert(source.certificate);
    if (!source.key.empty()) files_.insert(source.key);
  };
  std::ranges::for_each(settings.certificates, note);
  if (settings.peer.roots) note(*settings.peer.roots);
  if (settings.peer.revocations) note(*settings.peer.revocations);
}

size_t ContextTable::unusable() const {
  return static_cast<size_t>(std::ranges::count_if(made_, [](const Made& made) { return made.is_unusable; }));
}

// As Envoy merges a secret into what the configuration says: the secret's lists replace the others.
std::string ContextTable::revocation_lists(const Material& material) {
  if (material.roots && !material.roots->revocation_lists.empty()) return material.roots->revocation_lists;
  return material.revocations ? material.revocations->roots : "";
}

// A push names the settings of every cluster: what has not changed costs no more than finding that out.
void ContextTable::use(const decide::TlsSettings& settings, tls::Role role, bool requires_certificate, bool resumes) {
  const uint32_t id = settings.id.value();
  if (id >= made_.size()) made_.resize(id + 1);
  Made& made = made_[id];
  if (made.is_used) return;  // of another chain or cluster of the snapshot
  made.is_used = true;
  note_files(settings);
  const Material material = material_of(settings);
  if (!material.is_complete) {
    if (material.is_awaited) ++awaited_;
    made.is_unusable = !material.missing_file.empty();
    if (made.is_unusable && made.versions != material.versions)
      log::error("tls: settings cannot be used: {}, or its key, cannot be read or is empty{}", material.missing_file,
                 made.context ? "; its earlier contents serve on" : "");
    made.versions = material.versions;
    return;  // the earlier context, if there is one, serves on
  }
  if (made.context && made.versions == material.versions && made.revoked == secrets_->revoked()) return;
  made.versions = material.versions;
  made.revoked = secrets_->revoked();
  auto wanted = to_context_settings(settings, role, secrets_->revoked());
  wanted.resumes = resumes;
  wanted.peer_certificates = peer_certificates(settings, role, requires_certificate);
  wanted.verifies_chain = settings.peer.roots.has_value() && !settings.peer.accepts_untrusted;
  for (const auto& certificate : material.certificates) wanted.credentials.push_back(certificate->credentials);
  if (material.roots) wanted.roots = material.roots->roots;
  wanted.revocation_lists = revocation_lists(material);
  if (settings.peer.revocation_scope == decide::RevocationScope::leaf)
    wanted.revocation_scope = tls::RevocationScope::leaf;
  auto context = tls::make_context(std::move(wanted));
  made.is_unusable = !context;
  if (!context) {
    log::error("tls: settings cannot be used: {}{}", context.error().detail,
               made.context ? "; what was in force before serves on" : "");
    return;
  }
  if (made.context && material.has_files) log::info("tls: settings are in force with what their files have become");
  made.context = *std::move(context);
}

TlsContextsPtr ContextTable::contexts_of(const decide::Snapshot& snapshot) {
  awaited_ = 0;
  files_.clear();
  for (Made& made : made_) made.is_used = false;
  const auto use_server = [&](const decide::FilterChain& chain) {
    if (chain.tls) use(*chain.tls, tls::Role::server, chain.tls->requires_client_certificate, chain.tls->resumes);
  };
  for (const auto& listener : snapshot.listeners) {
    for (const auto& chain : listener->chains) use_server(chain);
    if (listener->default_chain) use_server(*listener->default_chain);
  }
  for (const auto& cluster : snapshot.clusters) {
    if (!cluster) continue;
    if (cluster->tls) use(*cluster->tls, tls::Role::client, false, true);
    for (const auto& match : cluster->tls_matches) {
      if (match.tls) use(*match.tls, tls::Role::client, false, true);
    }
  }
  std::vector<tls::ContextPtr> by_id;
  for (Made& made : made_) {
    if (!made.is_used) made = {};
    by_id.push_back(made.context);
  }
  return std::make_shared<const TlsContexts>(std::move(by_id), secrets_->revoked(), secrets_->identity_ends());
}

}  // namespace weft::proxy
