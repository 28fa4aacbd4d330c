// ServerTls and ClientTls: what the configuration says of TLS (envoy.extensions.transport_sockets.tls.v3), compiled.
// Certificates and roots are named here; who brings them, and what is made of both, is the proxy's affair
// (TlsContexts).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "decide/names.h"
#include "decide/text_match.h"

namespace weft::decide {

// The name under which settings ask for the proxy's own identity, as Istio has it: a key that the proxy makes itself.
inline constexpr std::string_view kOwnIdentity = "default";

enum class TlsVersion : uint8_t { automatic, tls_1_0, tls_1_1, tls_1_2, tls_1_3 };

// Where a secret comes from: the control plane by name (SDS), files, or the configuration itself. Bytes are PEM.
struct SecretSource {
  enum class Kind : uint8_t { named, files, inline_bytes };

  Kind kind = Kind::named;
  std::string name;         // named
  std::string certificate;  // a path, or bytes: the chain, or the roots
  std::string key;          // the same; empty for roots

  friend bool operator==(const SecretSource&, const SecretSource&) = default;
};

// A condition on one kind of subject alternative name.
struct NameRule {
  enum class Kind : uint8_t { any, dns, uri, email, address };

  Kind kind = Kind::any;
  TextMatch match;
};

// Whose revocation has to be ruled out, where there are lists: only_verify_leaf_cert_crl.
enum class RevocationScope : uint8_t { chain, leaf };

// Whom the other side may be. Without `roots` its certificate is not verified at all.
struct PeerRules {
  std::optional<SecretSource> roots;
  std::optional<SecretSource> revocations;  // lists of revoked certificates; those that come with named roots go first
  RevocationScope revocation_scope = RevocationScope::chain;
  std::vector<NameRule> names;            // one of them holds for one of its names; empty: any
  std::vector<std::string> spki_pins;     // base64 of the SHA-256 of its public key; empty: any
  std::vector<std::string> fingerprints;  // SHA-256 of its certificate, lower-case hexadecimal; empty: any
  bool accepts_untrusted = false;         // trust_chain_verification: ACCEPT_UNTRUSTED

  bool are_empty() const { return !roots && names.empty() && spki_pins.empty() && fingerprints.empty(); }
};

// What both sides have. Equal settings have equal ids, whoever names them: contexts are shared.
struct TlsSettings {
  TlsContextId id;
  TlsVersion lowest = TlsVersion::automatic;
  TlsVersion highest = TlsVersion::automatic;
  std::string ciphers;                     // up to TLS 1.2, as OpenSSL writes them; empty: ours
  std::string curves;                      // the same
  std::vector<std::string> protocols;      // ALPN, the preferred first
  std::vector<SecretSource> certificates;  // ours
  PeerRules peer;

  // The secrets that have to be asked for by name.
  std::vector<std::string> secret_names() const;
};

// Of a filter chain: its connections begin with a handshake.
struct ServerTls : TlsSettings {
  bool requires_client_certificate = false;
  bool resumes = true;  // hands out session tickets
};

// Of a cluster: its connections begin with a handshake.
struct ClientTls : TlsSettings {
  std::string server_name;  // SNI; empty: none, unless the cluster has it follow the host
};

using ServerTlsPtr = std::shared_ptr<const ServerTls>;
using ClientTlsPtr = std::shared_ptr<const ClientTls>;

}  // namespace weft::decide
