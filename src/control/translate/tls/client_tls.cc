#include "control/translate/tls/client_tls.h"

#include <algorithm>

#include <envoy/config/cluster/v3/cluster.pb.h>
#include <envoy/extensions/transport_sockets/raw_buffer/v3/raw_buffer.pb.h>

#include "control/mesh/peer_rules.h"
#include "control/translate/cluster/policies.h"
#include "control/translate/encode.h"
#include "control/translate/names.h"
#include "control/translate/tls/mesh_identity.h"

namespace weft::control::translate {
namespace {

using api::istio::ClientTls;
using api::istio::TlsMode;
using api::istio::TlsProtocol;
using envoy::config::cluster::v3::Cluster;
using envoy::extensions::transport_sockets::tls::v3::UpstreamTlsContext;

// Debian's bundle, also Istio's first choice. On the proxy's machine.
constexpr const char* kSystemRoots = "/etc/ssl/certs/ca-certificates.crt";

// By these an Istio server knows the mesh's TLS from an application's, and what is inside it before it has seen a byte.
// "istio-peer-exchange", which Istio's own clients offer for bytes, would ask for a preamble that we don't send. The
// plain words at the end are for HTTP servers, which agree on no others.
void offer_mesh_protocols(HttpVersion version, CommonTlsContext& context) {
  switch (version) {
    case HttpVersion::none:
    case HttpVersion::of_client:  // the proxy says which when it knows
      return context.add_alpn_protocols("istio");
    case HttpVersion::http1:
      for (const auto* name : {"istio-http/1.1", "istio", "http/1.1"}) context.add_alpn_protocols(name);
      return;
    case HttpVersion::http2:
      for (const auto* name : {"istio-h2", "istio", "h2"}) context.add_alpn_protocols(name);
      return;
  }
}

// `rule` is null when no DestinationRule asked for it (auto mTLS).
UpstreamTlsContext mesh_client_context(const TlsTarget& target, const EffectivePolicy& policy, const ClientTls* rule) {
  const auto& mesh = target.view.config();
  UpstreamTlsContext context;
  auto& common = *context.mutable_common_tls_context();
  bound_mesh_versions(mesh, common);
  apply_mesh_identity(common);
  const bool names_peers = rule && !rule->subject_alt_names.empty();
  accept_identities(mesh, names_peers ? rule->subject_alt_names : identities_behind(target.view, target.service),
                    validation_of(common));
  offer_mesh_protocols(http_version(policy, target.port.protocol, Hop::to_proxy), common);
  context.set_sni(rule && !rule->sni.empty() ? rule->sni
                                             : sni_cluster(target.port.number, target.subset, target.service.host));
  return context;
}

void trust_files(const TlsTarget& target, const ClientTls& tls, CommonTlsContext& common) {
  if (tls.insecure_skip_verify.value_or(false)) return;
  auto& validation = *common.mutable_validation_context();
  validation.mutable_trusted_ca()->set_filename(tls.ca_certificates.empty() ? kSystemRoots : tls.ca_certificates);
  if (!tls.ca_crl.empty()) validation.mutable_crl()->set_filename(tls.ca_crl);
  accept_names(tls.subject_alt_names.empty() ? target.service.subject_alt_names : tls.subject_alt_names, validation);
}

void show_files(const ClientTls& tls, CommonTlsContext& common) {
  if (tls.mode != TlsMode::mutual) return;
  auto& pair = *common.add_tls_certificates();
  pair.mutable_certificate_chain()->set_filename(tls.client_certificate);
  pair.mutable_private_key()->set_filename(tls.private_key);
}

// Certificate and authorities come from a Secret. Authorities alone make it SIMPLE.
void use_credential(const TlsTarget& target, const ClientTls& tls, CommonTlsContext& common) {
  const auto name = credential_secret(tls.credential_name);
  if (tls.mode == TlsMode::mutual) name_secret(name, *common.add_tls_certificate_sds_secret_configs());
  if (tls.insecure_skip_verify.value_or(false)) return;
  name_secret(authorities_secret(tls.credential_name),
              *common.mutable_combined_validation_context()->mutable_validation_context_sds_secret_config());
  accept_names(tls.subject_alt_names.empty() ? target.service.subject_alt_names : tls.subject_alt_names,
               validation_of(common));
}

// TLS that ends at the service itself.
UpstreamTlsContext foreign_context(const TlsTarget& target, const EffectivePolicy& policy, const ClientTls& tls) {
  UpstreamTlsContext context;
  auto& common = *context.mutable_common_tls_context();
  bound_versions(target.view.config(), TlsProtocol::automatic, TlsProtocol::automatic, {}, common);
  if (tls.credential_name.empty()) {
    show_files(tls, common);
    trust_files(target, tls, common);
  } else {
    use_credential(target, tls, common);
  }
  if (http_version(policy, target.port.protocol, Hop::to_proxy) == HttpVersion::http2) common.add_alpn_protocols("h2");
  context.set_sni(tls.sni);
  return context;
}

// Endpoints say whether they take it; those that say nothing get plain text.
void match_endpoints(const UpstreamTlsContext& context, Cluster& cluster) {
  auto& encrypted = *cluster.add_transport_socket_matches();
  encrypted.set_name("tlsMode-istio");
  (*encrypted.mutable_match()->mutable_fields())[kTlsMode].set_string_value(kIstioTls);
  set_tls(context, *encrypted.mutable_transport_socket());
  auto& plain = *cluster.add_transport_socket_matches();
  plain.set_name("tlsMode-disabled");
  plain.mutable_match();
  plain.mutable_transport_socket()->set_name("envoy.transport_sockets.raw_buffer");
  pack(envoy::extensions::transport_sockets::raw_buffer::v3::RawBuffer(),
       *plain.mutable_transport_socket()->mutable_typed_config());
}

// An endpoint that is found by the address dialled says nothing of itself: all of them must take it.
bool all_take_mesh_tls(const TlsTarget& target) {
  const auto endpoints = target.view.endpoints(target.service.space, target.service.host);
  return !endpoints->empty() && std::all_of(endpoints->begin(), endpoints->end(), [&](const auto& endpoint) {
    const auto port = endpoint.ports.find(target.port.name);
    return port != endpoint.ports.end() && takes_mesh_tls(target.view, endpoint, port->second);
  });
}

// Clusters that never need it are not burdened with certificates.
bool may_take_mesh_tls(const TlsTarget& target) {
  const auto endpoints = target.view.endpoints(target.service.space, target.service.host);
  return std::ranges::any_of(*endpoints, [](const auto& endpoint) { return endpoint.ends_mesh_tls; });
}

void apply_auto_tls(const TlsTarget& target, const EffectivePolicy& policy, Cluster& cluster) {
  if (target.service.is_external || !target.view.config().enable_auto_mtls.value_or(true)) return;
  if (cluster.type() != Cluster::ORIGINAL_DST) {
    if (!may_take_mesh_tls(target)) return;
    match_endpoints(mesh_client_context(target, policy, nullptr), cluster);
  } else if (all_take_mesh_tls(target)) {
    set_tls(mesh_client_context(target, policy, nullptr), *cluster.mutable_transport_socket());
  }
}

}  // namespace

void apply_tls(const TlsTarget& target, const EffectivePolicy& policy, Cluster& cluster) {
  if (!policy.tls) return apply_auto_tls(target, policy, cluster);
  switch (policy.tls->mode) {
    case TlsMode::disable:
      return;
    case TlsMode::istio_mutual:
      return set_tls(mesh_client_context(target, policy, policy.tls), *cluster.mutable_transport_socket());
    case TlsMode::simple:
    case TlsMode::mutual:
      return set_tls(foreign_context(target, policy, *policy.tls), *cluster.mutable_transport_socket());
  }
}

bool takes_mesh_tls(const mesh::MeshView& view, const mesh::Endpoint& endpoint, uint32_t port) {
  if (!endpoint.ends_mesh_tls) return false;
  const auto& policies = view.clients_peer_authentications();
  return mesh::peer_rules(policies, view.root_space(), endpoint.space, endpoint.labels).of(port).takes_mutual_tls();
}

}  // namespace weft::control::translate
