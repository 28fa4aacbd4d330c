// Context: what the handshakes of one side of a kind have in common: our certificates, whom we trust, versions and
// ciphers. Making one costs milliseconds: once for each configuration and secret, never for a connection.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "tls/certificate.h"
#include "tls/chain_check.h"
#include "tls/verified_peers.h"

struct ssl_ctx_st;

namespace weft::tls {

enum class Version : uint8_t { automatic, tls_1_0, tls_1_1, tls_1_2, tls_1_3 };
enum class Role : uint8_t { server, client };

// A key with the certificates that go with it, as PEM: the leaf first.
struct Credentials {
  std::string chain;
  std::string key;
};

// Whether the other side must show a certificate. A client always wants the server's.
enum class PeerCertificates : uint8_t { ignored, verified_if_shown, required };

// Whose revocation must be ruled out by a list of its issuer's that holds: everybody's up to the root, or the leaf's.
enum class RevocationScope : uint8_t { chain, leaf };

// A certificate that is not accepted, though its chain is good.
struct Refusal {
  ChainFault fault = ChainFault::invalid;
  std::string why;
};
// Whether a peer is refused; nothing: it is not. Called in handshakes, by any thread.
using RefusePeer = std::function<std::optional<Refusal>(const Certificate&)>;

// What a context is made of.
struct ContextSettings {
  Role role = Role::server;
  std::vector<Credentials> credentials;  // a server's first one that fits the client's server name is shown
  PeerCertificates peer_certificates = PeerCertificates::ignored;
  std::string roots;             // PEM; empty: the system's, for a client that verifies
  std::string revocation_lists;  // PEM; empty: nobody asks whether a certificate is revoked
  RevocationScope revocation_scope = RevocationScope::chain;
  bool verifies_chain = true;            // false: any chain will do (then `refuse_peer` is all there is)
  RefusePeer refuse_peer;                // empty: nobody
  Version lowest = Version::automatic;   // TLS 1.2
  Version highest = Version::automatic;  // TLS 1.3
  std::string ciphers;                   // of TLS 1.2, in OpenSSL's words; empty: ECDHE with AES-GCM or ChaCha20
  std::string curves;                    // empty: X25519 and P-256
  std::vector<std::string> protocols;    // ALPN, the preferred first
  bool resumes = true;                   // a server hands out tickets, a client takes them
  std::string resumption_scope;          // sessions of another scope are not resumed: identity and trust, say
};

// Immutable but for what it remembers; shared by all threads. Owned by whoever hands it out; connections keep it alive.
class Context {
 public:
  explicit Context(ssl_ctx_st* context, ContextSettings settings);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  ssl_ctx_st* library_context() const { return context_; }
  const ContextSettings& settings() const { return settings_; }
  // The URI in our own first certificate; empty: there is none.
  const std::string& own_uri() const { return own_uri_; }
  VerifiedPeers& verified_peers() const { return verified_peers_; }
  // When the first of our revocation lists ends; far away without any.
  WallTime lists_end() const { return lists_end_; }

 private:
  ssl_ctx_st* context_;
  ContextSettings settings_;              // without keys
  mutable VerifiedPeers verified_peers_;  // locks itself
  WallTime lists_end_ = WallTime::max();
  std::string own_uri_;
  std::string protocols_;  // as ALPN writes them
  friend class ContextMaker;
};
using ContextPtr = std::shared_ptr<const Context>;

// Fails with `invalid`, saying which certificate, key or list it is, and never with the key's text.
Result<ContextPtr> make_context(ContextSettings settings);

}  // namespace weft::tls
