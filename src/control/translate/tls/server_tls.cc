#include "control/translate/tls/server_tls.h"

#include "control/translate/names.h"
#include "control/translate/tls/mesh_identity.h"

namespace weft::control::translate {
namespace {

using api::istio::MeshConfig;
using api::istio::ServerTls;
using api::istio::ServerTlsMode;
using envoy::extensions::transport_sockets::tls::v3::DownstreamTlsContext;

// Opaque bytes name no protocol: whatever a client offers, it gets no answer to.
void offer_protocols(Inside inside, CommonTlsContext& context) {
  if (inside != Inside::http) return;
  context.add_alpn_protocols("h2");
  context.add_alpn_protocols("http/1.1");
}

// Istio's ISTIO_MUTUAL on a gateway takes names of its own choice in place of the mesh's domains.
DownstreamTlsContext mesh_server_context(const MeshConfig& mesh, const std::vector<std::string>& names, Inside inside) {
  DownstreamTlsContext context;
  auto& common = *context.mutable_common_tls_context();
  bound_mesh_versions(mesh, common);
  use_default_ciphers(common);
  apply_mesh_identity(common);
  accept_identities(mesh, names, validation_of(common));
  offer_protocols(inside, common);
  context.mutable_require_client_certificate()->set_value(true);
  return context;
}

bool asks_clients(const ServerTls& tls) {
  return tls.mode == ServerTlsMode::mutual || tls.mode == ServerTlsMode::optional_mutual;
}

// Lists in a Secret take the place of those in a file.
void limit_clients(const ServerTls& tls, CertificateValidationContext& validation) {
  if (!tls.ca_crl.empty()) validation.mutable_crl()->set_filename(tls.ca_crl);
  accept_names(tls.subject_alt_names, validation);
  for (const auto& key : tls.verify_certificate_spki) validation.add_verify_certificate_spki(key);
  for (const auto& hash : tls.verify_certificate_hash) validation.add_verify_certificate_hash(hash);
}

void use_secrets(const ServerTls& tls, CommonTlsContext& common) {
  auto names = tls.credential_names;
  if (!tls.credential_name.empty()) names = {tls.credential_name};
  for (const auto& name : names) name_secret(credential_secret(name), *common.add_tls_certificate_sds_secret_configs());
  if (!asks_clients(tls)) return;
  const auto& authorities = tls.ca_cert_credential_name.empty() ? names.front() : tls.ca_cert_credential_name;
  name_secret(authorities_secret(authorities),
              *common.mutable_combined_validation_context()->mutable_validation_context_sds_secret_config());
  limit_clients(tls, validation_of(common));
}

void add_pair(const std::string& certificate, const std::string& key, CommonTlsContext& common) {
  auto& pair = *common.add_tls_certificates();
  pair.mutable_certificate_chain()->set_filename(certificate);
  pair.mutable_private_key()->set_filename(key);
}

void use_files(const ServerTls& tls, CommonTlsContext& common) {
  for (const auto& pair : tls.tls_certificates) add_pair(pair.server_certificate, pair.private_key, common);
  if (tls.tls_certificates.empty()) add_pair(tls.server_certificate, tls.private_key, common);
  if (!asks_clients(tls)) return;
  auto& validation = *common.mutable_validation_context();
  validation.mutable_trusted_ca()->set_filename(tls.ca_certificates);
  limit_clients(tls, validation);
}

}  // namespace

void end_mesh_tls(const MeshConfig& mesh, Inside inside, envoy::config::core::v3::TransportSocket& socket) {
  set_tls(mesh_server_context(mesh, {}, inside), socket);
}

void end_gateway_tls(const MeshConfig& mesh, const ServerTls& tls, Inside inside,
                     envoy::config::core::v3::TransportSocket& socket) {
  if (tls.mode == ServerTlsMode::istio_mutual) {
    return set_tls(mesh_server_context(mesh, tls.subject_alt_names, inside), socket);
  }
  DownstreamTlsContext context;
  auto& common = *context.mutable_common_tls_context();
  bound_versions(mesh, tls.min_protocol_version, tls.max_protocol_version, tls.cipher_suites, common);
  if (tls.credential_name.empty() && tls.credential_names.empty()) {
    use_files(tls, common);
  } else {
    use_secrets(tls, common);
  }
  offer_protocols(inside, common);
  context.mutable_require_client_certificate()->set_value(tls.mode == ServerTlsMode::mutual);
  set_tls(context, socket);
}

}  // namespace weft::control::translate
