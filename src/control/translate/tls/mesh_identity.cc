#include "control/translate/tls/mesh_identity.h"

#include <set>

#include "control/translate/encode.h"
#include "model/host_name.h"

namespace weft::control::translate {
namespace {

using api::istio::MeshConfig;
using api::istio::TlsProtocol;
using envoy::extensions::transport_sockets::tls::v3::SubjectAltNameMatcher;
using envoy::extensions::transport_sockets::tls::v3::TlsParameters;

constexpr std::string_view kScheme = "spiffe://";

std::vector<std::string> trust_domains(const MeshConfig& mesh) {
  std::vector<std::string> domains = {mesh.trust_domain};
  for (const auto& alias : mesh.trust_domain_aliases) {
    if (alias != mesh.trust_domain) domains.push_back(alias);
  }
  return domains;
}

std::string identity(std::string_view domain, std::string_view space, std::string_view account) {
  return std::string(kScheme).append(domain).append("/ns/").append(space).append("/sa/").append(account);
}

SubjectAltNameMatcher::SanType kind_of(std::string_view name) {
  if (name.find("://") != std::string_view::npos) return SubjectAltNameMatcher::URI;
  if (model::is_ip_address(name)) return SubjectAltNameMatcher::IP_ADDRESS;
  if (name.find('@') != std::string_view::npos) return SubjectAltNameMatcher::EMAIL;
  return SubjectAltNameMatcher::DNS;
}

TlsParameters::TlsProtocol to_wire(TlsProtocol version) {
  switch (version) {
    case TlsProtocol::tls_1_0:
      return TlsParameters::TLSv1_0;
    case TlsProtocol::tls_1_1:
      return TlsParameters::TLSv1_1;
    case TlsProtocol::tls_1_2:
      return TlsParameters::TLSv1_2;
    case TlsProtocol::tls_1_3:
      return TlsParameters::TLSv1_3;
    case TlsProtocol::automatic:
      break;
  }
  return TlsParameters::TLS_AUTO;
}

TlsProtocol first_of(TlsProtocol said, TlsProtocol otherwise) {
  return said == TlsProtocol::automatic ? otherwise : said;
}

void add_ciphers(const std::vector<std::string>& ciphers, TlsParameters& parameters) {
  for (const auto& cipher : ciphers) parameters.add_cipher_suites(cipher);
}

}  // namespace

void name_secret(std::string_view name, envoy::extensions::transport_sockets::tls::v3::SdsSecretConfig& config) {
  config.set_name(std::string(name));
  config.mutable_sds_config()->mutable_ads();
  config.mutable_sds_config()->set_resource_api_version(envoy::config::core::v3::V3);
}

void apply_mesh_identity(CommonTlsContext& context) {
  name_secret("default", *context.add_tls_certificate_sds_secret_configs());
  auto& combined = *context.mutable_combined_validation_context();
  combined.mutable_default_validation_context();
  name_secret("ROOTCA", *combined.mutable_validation_context_sds_secret_config());
}

CertificateValidationContext& validation_of(CommonTlsContext& context) {
  return *context.mutable_combined_validation_context()->mutable_default_validation_context();
}

void accept_mesh(const MeshConfig& mesh, CertificateValidationContext& validation) {
  for (const auto& domain : trust_domains(mesh)) {
    auto& matcher = *validation.add_match_typed_subject_alt_names();
    matcher.set_san_type(SubjectAltNameMatcher::URI);
    matcher.mutable_matcher()->set_prefix(std::string(kScheme).append(domain).append("/"));
  }
}

void accept_identities(const MeshConfig& mesh, const std::vector<std::string>& identities,
                       CertificateValidationContext& validation) {
  if (identities.empty()) return accept_mesh(mesh, validation);
  accept_names(identities, validation);
}

void accept_names(const std::vector<std::string>& names, CertificateValidationContext& validation) {
  for (const auto& name : names) {
    auto& matcher = *validation.add_match_typed_subject_alt_names();
    matcher.set_san_type(kind_of(name));
    matcher.mutable_matcher()->set_exact(name);
  }
}

std::vector<std::string> identities_behind(const mesh::MeshView& view, const mesh::Service& service) {
  std::set<std::string> identities(service.subject_alt_names.begin(), service.subject_alt_names.end());
  for (const auto& endpoint : *view.endpoints(service.space, service.host)) {
    if (endpoint.service_account.empty()) continue;
    for (const auto& domain : trust_domains(view.config()))
      identities.insert(identity(domain, endpoint.space, endpoint.service_account));
  }
  return {identities.begin(), identities.end()};
}

void bound_mesh_versions(const MeshConfig& mesh, CommonTlsContext& context) {
  const auto oldest = mesh.mesh_mtls ? mesh.mesh_mtls->min_protocol_version : TlsProtocol::automatic;
  auto& parameters = *context.mutable_tls_params();
  parameters.set_tls_minimum_protocol_version(to_wire(first_of(oldest, TlsProtocol::tls_1_2)));
  parameters.set_tls_maximum_protocol_version(TlsParameters::TLSv1_3);
  if (mesh.mesh_mtls) add_ciphers(mesh.mesh_mtls->cipher_suites, parameters);
}

void bound_versions(const MeshConfig& mesh, TlsProtocol oldest, TlsProtocol newest,
                    const std::vector<std::string>& ciphers, CommonTlsContext& context) {
  const api::istio::MeshTls none;
  const auto& defaults = mesh.tls_defaults ? *mesh.tls_defaults : none;
  auto& parameters = *context.mutable_tls_params();
  parameters.set_tls_minimum_protocol_version(
      to_wire(first_of(first_of(oldest, defaults.min_protocol_version), TlsProtocol::tls_1_2)));
  parameters.set_tls_maximum_protocol_version(to_wire(first_of(newest, TlsProtocol::tls_1_3)));
  add_ciphers(ciphers.empty() ? defaults.cipher_suites : ciphers, parameters);
  for (const auto& curve : defaults.ecdh_curves) parameters.add_ecdh_curves(curve);
}

void use_default_ciphers(CommonTlsContext& context) {
  static constexpr const char* kCiphers[] = {
      "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256",
      "ECDHE-RSA-AES128-GCM-SHA256",   "AES256-GCM-SHA384",           "AES128-GCM-SHA256"};
  auto& parameters = *context.mutable_tls_params();
  if (parameters.cipher_suites_size() > 0) return;
  for (const auto* cipher : kCiphers) parameters.add_cipher_suites(cipher);
}

void set_tls(const google::protobuf::Message& context, envoy::config::core::v3::TransportSocket& socket) {
  socket.set_name("envoy.transport_sockets.tls");
  pack(context, *socket.mutable_typed_config());
}

}  // namespace weft::control::translate
