#include "decide/compile/tls_context.h"

#include <algorithm>

#include <envoy/extensions/transport_sockets/tls/v3/common.pb.h>
#include <envoy/extensions/transport_sockets/tls/v3/tls.pb.h>

#include "base/strings.h"
#include "decide/compile/wire_values.h"

// Deprecated fields are still sent by control planes of some age, and must not be passed over.
#pragma clang diagnostic ignored "-Wdeprecated-declarations"

namespace weft::decide {
namespace {

namespace wire_tls = envoy::extensions::transport_sockets::tls::v3;
using envoy::config::core::v3::DataSource;
using envoy::config::core::v3::TransportSocket;

std::unexpected<Error> refuse(std::string_view what) {
  return fail(Reason::unsupported, std::string(what) + " is not supported");
}

TlsVersion to_version(wire_tls::TlsParameters::TlsProtocol wire) {
  switch (wire) {
    case wire_tls::TlsParameters::TLSv1_0:
      return TlsVersion::tls_1_0;
    case wire_tls::TlsParameters::TLSv1_1:
      return TlsVersion::tls_1_1;
    case wire_tls::TlsParameters::TLSv1_2:
      return TlsVersion::tls_1_2;
    case wire_tls::TlsParameters::TLSv1_3:
      return TlsVersion::tls_1_3;
    default:
      return TlsVersion::automatic;
  }
}

// Envoy's list may have groups of equal preference, "[A|B]", and the names that TLS 1.3 has for its own suites, which
// are not configured.
std::string to_cipher_list(const google::protobuf::RepeatedPtrField<std::string>& wire) {
  std::string list;
  for (std::string cipher : wire) {
    std::erase_if(cipher, [](char letter) { return letter == '[' || letter == ']'; });
    std::ranges::replace(cipher, '|', ':');
    if (cipher.starts_with("TLS_")) continue;
    list += (list.empty() ? "" : ":") + cipher;
  }
  return list;
}

Result<std::string> to_text(const DataSource& wire, SecretSource::Kind kind) {
  switch (wire.specifier_case()) {
    case DataSource::kFilename:
      if (kind == SecretSource::Kind::files) return wire.filename();
      break;
    case DataSource::kInlineBytes:
      if (kind == SecretSource::Kind::inline_bytes) return wire.inline_bytes();
      break;
    case DataSource::kInlineString:
      if (kind == SecretSource::Kind::inline_bytes) return wire.inline_string();
      break;
    default:
      return refuse("a certificate or key that is neither in a file nor inline");
  }
  return refuse("a certificate in a file with an inline key, or the other way round,");
}

SecretSource::Kind kind_of(const DataSource& wire) {
  return wire.has_filename() ? SecretSource::Kind::files : SecretSource::Kind::inline_bytes;
}

Result<SecretSource> to_source(const wire_tls::TlsCertificate& wire) {
  if (wire.has_pkcs12()) return refuse("pkcs12");
  if (wire.has_private_key_provider()) return refuse("private_key_provider");
  if (wire.has_password()) return refuse("a key with a password");
  SecretSource source{.kind = kind_of(wire.certificate_chain())};
  WEFT_TRY(source.certificate, to_text(wire.certificate_chain(), source.kind));
  WEFT_TRY(source.key, to_text(wire.private_key(), source.kind));
  return source;
}

SecretSource named(const wire_tls::SdsSecretConfig& wire) {
  return {.kind = SecretSource::Kind::named, .name = wire.name()};
}

NameRule::Kind to_kind(wire_tls::SubjectAltNameMatcher::SanType wire) {
  switch (wire) {
    case wire_tls::SubjectAltNameMatcher::DNS:
      return NameRule::Kind::dns;
    case wire_tls::SubjectAltNameMatcher::URI:
      return NameRule::Kind::uri;
    case wire_tls::SubjectAltNameMatcher::EMAIL:
      return NameRule::Kind::email;
    case wire_tls::SubjectAltNameMatcher::IP_ADDRESS:
      return NameRule::Kind::address;
    default:
      return NameRule::Kind::any;
  }
}

Result<> fill_names(const wire_tls::CertificateValidationContext& wire, PeerRules& rules) {
  for (const auto& matcher : wire.match_typed_subject_alt_names()) {
    if (matcher.san_type() == wire_tls::SubjectAltNameMatcher::OTHER_NAME) return refuse("SAN type OTHER_NAME");
    WEFT_TRY(auto match, to_text_match(matcher.matcher()));
    rules.names.push_back({to_kind(matcher.san_type()), std::move(match)});
  }
  for (const auto& matcher : wire.match_subject_alt_names()) {
    WEFT_TRY(auto match, to_text_match(matcher));
    rules.names.push_back({NameRule::Kind::any, std::move(match)});
  }
  return {};
}

// "DF:6F:..." and "df6f..." are the same (verify_certificate_hash).
std::string to_fingerprint(std::string_view wire) {
  std::string digits = to_lower(wire);
  std::erase(digits, ':');
  return digits;
}

Result<> fill_rules(const wire_tls::CertificateValidationContext& wire, PeerRules& rules) {
  if (wire.has_custom_validator_config()) return refuse("custom_validator_config");
  if (wire.has_ca_certificate_provider_instance()) return refuse("ca_certificate_provider_instance");
  if (wire.allow_expired_certificate()) return refuse("allow_expired_certificate");
  if (wire.has_system_root_certs()) rules.roots = SecretSource{.kind = SecretSource::Kind::inline_bytes};
  if (wire.has_trusted_ca()) {
    SecretSource source{.kind = kind_of(wire.trusted_ca())};
    WEFT_TRY(source.certificate, to_text(wire.trusted_ca(), source.kind));
    rules.roots = std::move(source);
  }
  if (wire.has_crl()) {
    SecretSource source{.kind = kind_of(wire.crl())};
    WEFT_TRY(source.certificate, to_text(wire.crl(), source.kind));
    rules.revocations = std::move(source);
  }
  if (wire.only_verify_leaf_cert_crl()) rules.revocation_scope = RevocationScope::leaf;
  WEFT_CHECK(fill_names(wire, rules));
  rules.spki_pins.assign(wire.verify_certificate_spki().begin(), wire.verify_certificate_spki().end());
  for (const auto& hash : wire.verify_certificate_hash()) rules.fingerprints.push_back(to_fingerprint(hash));
  rules.accepts_untrusted = wire.trust_chain_verification() == wire_tls::CertificateValidationContext::ACCEPT_UNTRUSTED;
  return {};
}

Result<> fill_peer(const wire_tls::CommonTlsContext& wire, PeerRules& rules) {
  using Wire = wire_tls::CommonTlsContext;
  switch (wire.validation_context_type_case()) {
    case Wire::kValidationContext:
      return fill_rules(wire.validation_context(), rules);
    case Wire::kValidationContextSdsSecretConfig:
      rules.roots = named(wire.validation_context_sds_secret_config());
      return {};
    case Wire::kCombinedValidationContext:
      WEFT_CHECK(fill_rules(wire.combined_validation_context().default_validation_context(), rules));
      rules.roots = named(wire.combined_validation_context().validation_context_sds_secret_config());
      return {};
    case Wire::VALIDATION_CONTEXT_TYPE_NOT_SET:
      return {};
    default:
      return refuse("certificate providers");
  }
}

Result<> fill_settings(const wire_tls::CommonTlsContext& wire, TlsSettings& settings) {
  if (wire.has_custom_handshaker()) return refuse("custom_handshaker");
  if (wire.has_tls_certificate_provider_instance() || wire.has_tls_certificate_certificate_provider() ||
      wire.has_tls_certificate_certificate_provider_instance())
    return refuse("certificate providers");
  settings.lowest = to_version(wire.tls_params().tls_minimum_protocol_version());
  settings.highest = to_version(wire.tls_params().tls_maximum_protocol_version());
  settings.ciphers = to_cipher_list(wire.tls_params().cipher_suites());
  for (const auto& curve : wire.tls_params().ecdh_curves())
    settings.curves += (settings.curves.empty() ? "" : ":") + curve;
  settings.protocols.assign(wire.alpn_protocols().begin(), wire.alpn_protocols().end());
  for (const auto& certificate : wire.tls_certificates()) {
    WEFT_TRY(settings.certificates.emplace_back(), to_source(certificate));
  }
  for (const auto& config : wire.tls_certificate_sds_secret_configs()) settings.certificates.push_back(named(config));
  WEFT_CHECK(fill_peer(wire, settings.peer));
  if (settings.peer.revocations && !settings.peer.roots) return fail(Reason::invalid, "crl without trusted_ca");
  return {};
}

// Plain text says so, or says nothing.
Result<bool> is_plain(const TransportSocket& wire) {
  const auto type = type_name(wire.typed_config());
  if (wire.name().empty() || type.ends_with(".raw_buffer.v3.RawBuffer")) return true;
  if (type.empty() && wire.name() == "envoy.transport_sockets.raw_buffer") return true;
  if (!type.ends_with("TlsContext"))
    return fail(Reason::unsupported, "transport socket '" + wire.name() + "' is not supported");
  return false;
}

// Equal bytes ask for the same.
TlsContextId id_of(const TransportSocket& wire, Ids& ids) {
  return ids.tls_contexts.id_of(std::string(type_name(wire.typed_config())) + wire.typed_config().value());
}

}  // namespace

Result<ServerTlsPtr> compile_server_tls(const TransportSocket& wire, Ids& ids) {
  WEFT_TRY(const bool plain, is_plain(wire));
  if (plain) return nullptr;
  WEFT_TRY(const auto context, unpack<wire_tls::DownstreamTlsContext>(wire.typed_config(), "the transport socket"));
  auto compiled = std::make_shared<ServerTls>();
  WEFT_CHECK(fill_settings(context.common_tls_context(), *compiled));
  if (context.require_sni().value()) return refuse("require_sni");
  if (context.has_session_ticket_keys() || context.has_session_ticket_keys_sds_secret_config())
    return refuse("session ticket keys from the configuration");
  if (compiled->certificates.empty()) return fail(Reason::invalid, "a TLS server without a certificate");
  compiled->requires_client_certificate = context.require_client_certificate().value();
  if (compiled->requires_client_certificate && compiled->peer.are_empty())
    return fail(Reason::invalid, "require_client_certificate without anything to verify it by");
  compiled->resumes = !context.disable_stateless_session_resumption();
  compiled->id = id_of(wire, ids);
  return compiled;
}

Result<ClientTlsPtr> compile_client_tls(const TransportSocket& wire, Ids& ids) {
  WEFT_TRY(const bool plain, is_plain(wire));
  if (plain) return nullptr;
  WEFT_TRY(const auto context, unpack<wire_tls::UpstreamTlsContext>(wire.typed_config(), "the transport socket"));
  auto compiled = std::make_shared<ClientTls>();
  WEFT_CHECK(fill_settings(context.common_tls_context(), *compiled));
  if (compiled->certificates.size() > 1) return refuse("more than one client certificate");
  compiled->server_name = context.sni();
  compiled->id = id_of(wire, ids);
  return compiled;
}

}  // namespace weft::decide
