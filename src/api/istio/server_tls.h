// ServerTLSSettings: how a server of a Gateway treats TLS. Plain values; an empty string or list is Istio's "unset".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weft::api {
class FieldTable;
}

namespace weft::api::istio {

// `passthrough` and `auto_passthrough` forward the client's TLS as it is; the others end it.
enum class ServerTlsMode : uint8_t { passthrough, simple, mutual, auto_passthrough, istio_mutual, optional_mutual };

enum class TlsProtocol : uint8_t { automatic, tls_1_0, tls_1_1, tls_1_2, tls_1_3 };

// A certificate with its key, as files on the proxy.
struct TlsCertificate {
  std::string server_certificate;
  std::string private_key;
  std::string ca_certificates;

  static const FieldTable& fields();
};

// See the head of this file. The certificate comes from one source only: a Secret, a file pair, or `tls_certificates`.
struct ServerTls {
  bool https_redirect = false;
  ServerTlsMode mode = ServerTlsMode::passthrough;
  std::string server_certificate;
  std::string private_key;
  std::string ca_certificates;
  std::string ca_crl;
  std::string credential_name;
  std::vector<std::string> credential_names;
  std::string ca_cert_credential_name;
  std::vector<TlsCertificate> tls_certificates;
  std::vector<std::string> subject_alt_names;
  std::vector<std::string> verify_certificate_spki;
  std::vector<std::string> verify_certificate_hash;
  TlsProtocol min_protocol_version = TlsProtocol::automatic;
  TlsProtocol max_protocol_version = TlsProtocol::automatic;
  std::vector<std::string> cipher_suites;
  std::optional<bool> insecure_skip_verify;

  // The client's TLS is forwarded, and routed by its server name alone.
  bool passes_through() const { return mode == ServerTlsMode::passthrough || mode == ServerTlsMode::auto_passthrough; }

  static const FieldTable& fields();
};

}  // namespace weft::api::istio
