// What both ends of the mesh's own mutual TLS have in common: the proxy's certificate, the mesh's roots, the names that
// count, versions and ciphers. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <envoy/config/core/v3/base.pb.h>
#include <envoy/extensions/transport_sockets/tls/v3/tls.pb.h>

#include "api/istio/mesh_config.h"
#include "control/mesh/mesh_view.h"

namespace weft::control::translate {

using envoy::extensions::transport_sockets::tls::v3::CertificateValidationContext;
using envoy::extensions::transport_sockets::tls::v3::CommonTlsContext;

// A secret that the proxy asks for over ADS, or has itself: "default", "ROOTCA", "kubernetes://NAME".
void name_secret(std::string_view name, envoy::extensions::transport_sockets::tls::v3::SdsSecretConfig& config);

// The proxy's own certificate, and the mesh's roots for the other side's. Sets no names.
void apply_mesh_identity(CommonTlsContext& context);

// The validation that apply_mesh_identity() has begun, to name those who count.
CertificateValidationContext& validation_of(CommonTlsContext& context);

// Whoever belongs to the mesh: MeshConfig.trustDomain and its aliases.
void accept_mesh(const api::istio::MeshConfig& mesh, CertificateValidationContext& validation);
// These identities alone ("spiffe://..."); none: whoever belongs to the mesh.
void accept_identities(const api::istio::MeshConfig& mesh, const std::vector<std::string>& identities,
                       CertificateValidationContext& validation);
// Names of a certificate as a person writes them: each is looked for where its form says (URI, IP address, DNS).
void accept_names(const std::vector<std::string>& names, CertificateValidationContext& validation);

// The identities behind a service's endpoints, in every trust domain that counts; ordered.
std::vector<std::string> identities_behind(const mesh::MeshView& view, const mesh::Service& service);

// MeshConfig.meshMTLS; TLS 1.2 and 1.3 without it.
void bound_mesh_versions(const api::istio::MeshConfig& mesh, CommonTlsContext& context);
// TLS of others: the given oldest and newest version and ciphers; what they leave open is MeshConfig.tlsDefaults'.
void bound_versions(const api::istio::MeshConfig& mesh, api::istio::TlsProtocol oldest, api::istio::TlsProtocol newest,
                    const std::vector<std::string>& ciphers, CommonTlsContext& context);
// The suites that Istio takes up to TLS 1.2 where nobody names some: ephemeral keys first, authenticated encryption
// only.
void use_default_ciphers(CommonTlsContext& context);

// envoy.transport_sockets.tls with this context.
void set_tls(const google::protobuf::Message& context, envoy::config::core::v3::TransportSocket& socket);

}  // namespace weft::control::translate
