// The tables of ServerTLSSettings, and what must hold between its fields (Istio's admission rules).
#include "api/istio/server_tls.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "api/base64.h"
#include "api/describe.h"
#include "api/istio/choices.h"
#include "api/text_checks.h"

namespace weft::api::istio {
namespace {

// What BoringSSL offers up to TLS 1.2, without pre-shared keys; those of 1.3 can't be chosen.
constexpr std::array<std::string_view, 15> kCipherSuites = {
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
    "ECDHE-ECDSA-AES128-SHA",
    "ECDHE-RSA-AES128-SHA",
    "ECDHE-ECDSA-AES256-SHA",
    "ECDHE-RSA-AES256-SHA",
    "AES128-GCM-SHA256",
    "AES256-GCM-SHA384",
    "AES128-SHA",
    "AES256-SHA",
    "DES-CBC3-SHA",
};

constexpr size_t kDigestSize = 32;  // SHA-256

// Of a pin of another form proxies refuse the listener, other servers with it.
Complaint check_key_pin(std::string_view text) {
  const auto bytes = text.size() == 44 ? decode_base64(text) : std::nullopt;
  if (bytes && bytes->size() == kDigestSize) return std::nullopt;
  return "is no SHA-256 in base64, which has 44 characters";
}

// Hex digits, or pairs of them with colons as openssl prints them.
Complaint check_certificate_pin(std::string_view text) {
  const bool has_colons = text.size() == 3 * kDigestSize - 1;
  bool is_sound = has_colons || text.size() == 2 * kDigestSize;
  for (size_t i = 0; i < text.size() && is_sound; ++i)
    is_sound = has_colons && i % 3 == 2 ? text[i] == ':' : std::isxdigit(static_cast<unsigned char>(text[i])) != 0;
  if (is_sound) return std::nullopt;
  return "is no SHA-256 in hex, which has 64 digits";
}

bool has_files(const ServerTls& tls) {
  return !tls.server_certificate.empty() || !tls.private_key.empty();
}

bool has_credential(const ServerTls& tls) {
  return !tls.credential_name.empty() || !tls.credential_names.empty();
}

// Workload certificates are the mesh's own: nothing else goes with them.
void check_istio_mutual(const Place& place) {
  for (const std::string_view name :
       {"serverCertificate", "privateKey", "caCertificates", "tlsCertificates", "credentialName", "credentialNames"}) {
    if (!place.has(name)) continue;
    place.at(name).error(Code::conflicting_fields, fmt::format("mode ISTIO_MUTUAL excludes {}", name));
  }
  if (place.has("caCrl")) {
    place.at("caCrl").warn(Code::conflicting_fields, "mode ISTIO_MUTUAL takes no lists; caCrl is ignored",
                           "weft certs revoke takes a workload's certificate back");
  }
}

void check_passthrough(const Place& place, const ServerTls& tls) {
  const bool has_any = has_files(tls) || has_credential(tls) || !tls.tls_certificates.empty() ||
                       !tls.ca_certificates.empty() || !tls.ca_crl.empty();
  if (has_any) {
    place.at("mode").warn(Code::conflicting_fields,
                          "TLS that is passed through needs no certificates; they are ignored",
                          "leave them out, or name a mode that ends TLS");
  }
}

void check_one_source(const Place& place, const ServerTls& tls) {
  const int sources = (has_files(tls) ? 1 : 0) + (tls.credential_name.empty() ? 0 : 1) +
                      (tls.credential_names.empty() ? 0 : 1) + (tls.tls_certificates.empty() ? 0 : 1);
  if (sources > 1) {
    place.error(Code::conflicting_fields,
                "credentialName, credentialNames, tlsCertificates and serverCertificate exclude each other",
                "keep one source of certificates");
  }
}

void check_pair(const Place& place, std::string_view certificate, std::string_view key) {
  if (certificate.empty()) place.error(Code::required, "a server that ends TLS needs serverCertificate");
  if (key.empty()) place.error(Code::required, "a server that ends TLS needs privateKey");
}

// Without a Secret the certificates are files.
void check_termination_files(const Place& place, const ServerTls& tls) {
  const bool asks_clients = tls.mode == ServerTlsMode::mutual || tls.mode == ServerTlsMode::optional_mutual;
  if (asks_clients && tls.ca_certificates.empty()) {
    place.error(Code::required, "a mode that asks clients for certificates needs caCertificates");
  }
  if (tls.tls_certificates.empty()) check_pair(place, tls.server_certificate, tls.private_key);
  const Place list = place.at("tlsCertificates");
  for (size_t i = 0; i < tls.tls_certificates.size(); ++i) {
    const auto& pair = tls.tls_certificates[i];
    check_pair(list.at(i), pair.server_certificate, pair.private_key);
  }
}

void check_revocation(const Place& place, const ServerTls& tls) {
  if (tls.ca_crl.empty()) return;
  if (!tls.credential_name.empty()) {
    place.at("caCrl").error(Code::conflicting_fields, "credentialName excludes caCrl: the Secret carries the list");
  }
  if (tls.mode == ServerTlsMode::simple) {
    place.at("caCrl").error(Code::conflicting_fields, "mode SIMPLE excludes caCrl: clients show no certificates");
  }
}

// Unknown ones are ignored, as Istio does: a list may name suites that only another proxy has.
void check_cipher_suites(const Place& place, const ServerTls& tls) {
  const Place list = place.at("cipherSuites");
  for (size_t i = 0; i < tls.cipher_suites.size(); ++i) {
    const std::string& suite = tls.cipher_suites[i];
    const auto earlier = tls.cipher_suites.begin() + static_cast<ptrdiff_t>(i);
    if (std::ranges::find(kCipherSuites, suite) == kCipherSuites.end()) {
      list.at(i).warn(Code::bad_value, fmt::format("the cipher suite \"{}\" is not known; it is ignored", suite));
    } else if (std::find(tls.cipher_suites.begin(), earlier, suite) != earlier) {
      list.at(i).warn(Code::bad_value, fmt::format("\"{}\" stands twice", suite));
    }
  }
  const bool is_old =
      tls.min_protocol_version == TlsProtocol::tls_1_0 || tls.min_protocol_version == TlsProtocol::tls_1_1;
  if (is_old && tls.cipher_suites.empty()) {
    place.at("minProtocolVersion")
        .warn(Code::required, "TLS below 1.2 needs cipherSuites: the default ones don't fit it",
              "name the suites, or leave minProtocolVersion out");
  }
}

// Without an oldest version TLS 1.2 is it.
void check_versions(const Place& place, const ServerTls& tls) {
  const bool is_said = tls.min_protocol_version != TlsProtocol::automatic;
  const auto oldest = is_said ? tls.min_protocol_version : TlsProtocol::tls_1_2;
  if (tls.max_protocol_version == TlsProtocol::automatic || oldest <= tls.max_protocol_version) return;
  place.at("maxProtocolVersion")
      .error(Code::conflicting_fields, is_said ? "maxProtocolVersion is below minProtocolVersion"
                                               : "maxProtocolVersion is below the oldest version by default, TLSV1_2");
}

void check_server_tls(const Place& place, ServerTls& tls) {
  check_cipher_suites(place, tls);
  check_versions(place, tls);
  if (tls.mode == ServerTlsMode::istio_mutual) return check_istio_mutual(place);
  check_one_source(place, tls);
  check_revocation(place, tls);
  if (tls.passes_through()) return check_passthrough(place, tls);
  if (!has_credential(tls)) check_termination_files(place, tls);
}

}  // namespace

const FieldTable& TlsCertificate::fields() {
  static const FieldTable table =
      Describe<TlsCertificate>("TLSCertificate", "A certificate with its key.")
          .field("serverCertificate", &TlsCertificate::server_certificate, "File with the server's certificate.")
          .field("privateKey", &TlsCertificate::private_key, "File with the server's key.")
          .field("caCertificates", &TlsCertificate::ca_certificates, "File with the authorities that clients' need.");
  return table;
}

// PASSTHROUGH is protobuf's zero, and so what a block without a mode means.
const FieldTable& ServerTls::fields() {
  static const FieldTable table =
      Describe<ServerTls>("ServerTLSSettings", "What a server does with TLS.")
          .field("httpsRedirect", &ServerTls::https_redirect, "Answer every plaintext request with 301 to https.")
          .by_default("false")
          .field("mode", &ServerTls::mode, "Whether the gateway ends TLS, or forwards it by its server name.")
          .by_default("PASSTHROUGH")
          .field("serverCertificate", &ServerTls::server_certificate, "File with the server's certificate.")
          .field("privateKey", &ServerTls::private_key, "File with the server's key.")
          .field("caCertificates", &ServerTls::ca_certificates, "File with the authorities that clients' need.")
          .field("caCrl", &ServerTls::ca_crl, "File with the authorities' lists of revoked client certificates.")
          .field("credentialName", &ServerTls::credential_name,
                 "A Secret in the gateway pod's namespace with certificate and key.")
          .field("credentialNames", &ServerTls::credential_names, "As credentialName, one for each kind of key.")
          .check(check_not_empty)
          .field("caCertCredentialName", &ServerTls::ca_cert_credential_name,
                 "A Secret with the authorities that clients' certificates need.")
          .field("tlsCertificates", &ServerTls::tls_certificates, "Files, one pair for each kind of key.")
          .field("subjectAltNames", &ServerTls::subject_alt_names, "Names, one of which a client's certificate needs.")
          .field("verifyCertificateSpki", &ServerTls::verify_certificate_spki,
                 "SHA-256 of public keys that clients may have, in base64.")
          .check(check_key_pin)
          .field("verifyCertificateHash", &ServerTls::verify_certificate_hash,
                 "SHA-256 of certificates that clients may have, in hex.")
          .check(check_certificate_pin)
          .field("minProtocolVersion", &ServerTls::min_protocol_version, "The oldest version of TLS that is taken.")
          .by_default("TLSV1_2")
          .field("maxProtocolVersion", &ServerTls::max_protocol_version, "The newest version of TLS that is taken.")
          .by_default("TLSV1_3")
          .field("cipherSuites", &ServerTls::cipher_suites, "The cipher suites that are taken, up to TLS 1.2.")
          .field("insecureSkipVerify", &ServerTls::insecure_skip_verify,
                 "Let clients in whose certificate does not verify.")
          .later()
          .finish(check_server_tls);
  return table;
}

}  // namespace weft::api::istio
