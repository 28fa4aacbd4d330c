#include "tls/context.h"

#include <algorithm>
#include <array>
#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "tls/alpn.h"
#include "tls/engine.h"
#include "tls/key_schedule.h"
#include "tls/openssl.h"
#include "tls/revocation_list.h"

namespace weft::tls {
namespace {

using LibraryContext = std::unique_ptr<SSL_CTX, FreedBy<SSL_CTX_free>>;

// Forward secrecy and authenticated encryption only (RFC 9325 4.2).
constexpr const char* kCiphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
// TLS 1.3's, the quickest first: SHA-256 and AES-128 are as good here and cost less.
constexpr const char* kSuites = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* kCurves = "X25519:P-256";
// A verified chain is believed for so long at most.
constexpr Duration kBelievedMax = std::chrono::hours(1);

std::unexpected<Error> invalid(std::string_view what) {
  return fail(openssl_error(Reason::invalid, what));
}

int version_number(Version version, int automatic) {
  switch (version) {
    case Version::tls_1_0:
      return TLS1_VERSION;
    case Version::tls_1_1:
      return TLS1_1_VERSION;
    case Version::tls_1_2:
      return TLS1_2_VERSION;
    case Version::tls_1_3:
      return TLS1_3_VERSION;
    case Version::automatic:
      break;
  }
  return automatic;
}

Result<> set_versions(const ContextSettings& settings, SSL_CTX& context) {
  const int lowest = version_number(settings.lowest, TLS1_2_VERSION);
  const int highest = version_number(settings.highest, TLS1_3_VERSION);
  // 112 bits at least: RSA from 2048 on. What is older than TLS 1.2 needs SHA-1, so it is only there on demand.
  SSL_CTX_set_security_level(&context, lowest < TLS1_2_VERSION ? 0 : 2);
  if (lowest > highest) return fail(Reason::invalid, "the lowest TLS version is above the highest");
  if (SSL_CTX_set_min_proto_version(&context, lowest) != 1 || SSL_CTX_set_max_proto_version(&context, highest) != 1)
    return invalid("TLS versions");
  const std::string& ciphers = settings.ciphers;
  if (SSL_CTX_set_cipher_list(&context, ciphers.empty() ? kCiphers : ciphers.c_str()) != 1)
    return invalid("ciphers '" + ciphers + "'");
  if (SSL_CTX_set_ciphersuites(&context, kSuites) != 1) return invalid("TLS 1.3 ciphers");
  const std::string& curves = settings.curves;
  if (SSL_CTX_set1_groups_list(&context, curves.empty() ? kCurves : curves.c_str()) != 1)
    return invalid("curves '" + curves + "'");
  return {};
}

Result<> add_credentials(const Credentials& credentials, SSL_CTX& context) {
  WEFT_TRY(const auto chain, read_certificates(credentials.chain));
  WEFT_TRY(const auto key, PrivateKey::from_pem(credentials.key));
  STACK_OF(X509)* others = sk_X509_new_null();
  for (size_t i = 1; i < chain.size(); ++i) sk_X509_push(others, chain[i].native());
  const int used = SSL_CTX_use_cert_and_key(&context, chain.front().native(), key.native(), others, 0);
  sk_X509_free(others);
  if (used != 1) return invalid("a certificate with its key");
  return {};
}

Result<> trust_roots(const ContextSettings& settings, SSL_CTX& context) {
  X509_STORE& store = *SSL_CTX_get_cert_store(&context);
  X509_STORE_set_flags(&store, X509_V_FLAG_PARTIAL_CHAIN);  // also an intermediate may be what is trusted
  if (settings.roots.empty()) {
    if (settings.role == Role::client) SSL_CTX_set_default_verify_paths(&context);
    return {};
  }
  WEFT_TRY(const auto roots, read_certificates(settings.roots));
  for (const auto& root : roots) {
    X509_STORE_add_cert(&store, root.native());
    if (settings.role == Role::server) SSL_CTX_add_client_CA(&context, root.native());
  }
  ERR_clear_error();  // one that is there twice
  return {};
}

// Once there is a list, a certificate without one of its issuer's that holds is refused: as Envoy has it. Returns when
// the first one ends.
Result<WallTime> heed_revocations(const ContextSettings& settings, SSL_CTX& context) {
  if (settings.revocation_lists.empty()) return WallTime::max();
  WEFT_TRY(const auto lists, read_revocation_lists(settings.revocation_lists));
  X509_STORE& store = *SSL_CTX_get_cert_store(&context);
  WallTime first_end = WallTime::max();
  for (const auto& list : lists) {
    X509_STORE_add_crl(&store, list.native());
    first_end = std::min(first_end, list.ends());
  }
  ERR_clear_error();
  const bool is_for_all = settings.revocation_scope == RevocationScope::chain;
  X509_STORE_set_flags(&store, X509_V_FLAG_CRL_CHECK | (is_for_all ? X509_V_FLAG_CRL_CHECK_ALL : 0UL));
  return first_end;
}

std::string own_uri_of(const ContextSettings& settings) {
  if (settings.credentials.empty()) return {};
  const auto chain = read_certificates(settings.credentials.front().chain);
  if (!chain) return {};
  const auto uris = chain->front().alternative_names().uris;
  return uris.empty() ? "" : uris.front();
}

int verify_mode(const ContextSettings& settings) {
  switch (settings.peer_certificates) {
    case PeerCertificates::required:
      return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    case PeerCertificates::verified_if_shown:
      return SSL_VERIFY_PEER;
    case PeerCertificates::ignored:
      break;
  }
  return SSL_VERIFY_NONE;
}

// Whether the chain leads to a root of ours and holds now: asked of the library once, then remembered.
bool verify_chain(const Context& context, X509_STORE_CTX& checked) {
  const SystemClock clock;
  const auto chain = VerifiedPeers::digest_of(checked);
  if (context.verified_peers().knows(chain, clock.wall_now())) return true;
  if (X509_verify_cert(&checked) != 1) return false;
  context.verified_peers().add(chain, checked, std::min(clock.wall_now() + kBelievedMax, context.lists_end()));
  return true;
}

// The chain first, then whether its owner is welcome. The reason goes to the connection.
int verify(X509_STORE_CTX* checked, void* given) {
  const auto& context = *static_cast<const Context*>(given);
  const ContextSettings& settings = context.settings();
  if (settings.verifies_chain && !verify_chain(context, *checked)) return 0;
  if (!settings.refuse_peer) return 1;
  auto refusal = settings.refuse_peer(Certificate::sharing(X509_STORE_CTX_get0_cert(checked)));
  if (!refusal) return 1;
  auto* connection = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(checked, SSL_get_ex_data_X509_STORE_CTX_idx()));
  Engine::of(*connection).note(*std::move(refusal));
  X509_STORE_CTX_set_error(checked, X509_V_ERR_APPLICATION_VERIFICATION);
  return 0;
}

// RFC 7301 3.2: ours that the client offers, too; the one we prefer. Without one the handshake goes on without.
int select_protocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                    unsigned int offered_size, void* ours) {
  const auto& protocols = *static_cast<const std::string*>(ours);
  unsigned char* found = nullptr;
  const int outcome = SSL_select_next_proto(&found, size, reinterpret_cast<const unsigned char*>(protocols.data()),
                                            static_cast<unsigned>(protocols.size()), offered, offered_size);
  *chosen = found;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

int take_ticket(SSL* connection, SSL_SESSION* session) {
  return Engine::of(*connection).take_ticket(session) ? 1 : 0;
}

void set_resumption(const ContextSettings& settings, SSL_CTX& context) {
  if (settings.role == Role::client) {
    SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    if (settings.resumes) SSL_CTX_sess_set_new_cb(&context, take_ticket);
    return;
  }
  SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_OFF);  // tickets need none
  if (!settings.resumes) SSL_CTX_set_options(&context, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(&context, settings.resumes ? 1 : 0);
  std::array<unsigned char, 32> scope;
  EVP_Digest(settings.resumption_scope.data(), settings.resumption_scope.size(), scope.data(), nullptr, EVP_sha256(),
             nullptr);
  SSL_CTX_set_session_id_context(&context, scope.data(), scope.size());
}

}  // namespace

// Fills what a context refers to.
class ContextMaker {
 public:
  static Result<ContextPtr> make(ContextSettings settings) {
    const SSL_METHOD* const method = settings.role == Role::server ? TLS_server_method() : TLS_client_method();
    LibraryContext library(SSL_CTX_new_ex(nullptr, key_schedule_properties(), method));
    if (!library) return invalid("a TLS context");
    SSL_CTX_set_options(library.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                           SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    // A chain is sent as it was given: to complete one, the library would verify it in each handshake.
    SSL_CTX_set_mode(library.get(),
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_NO_AUTO_CHAIN);
    WEFT_CHECK(set_versions(settings, *library));
    for (const auto& credentials : settings.credentials) WEFT_CHECK(add_credentials(credentials, *library));
    std::string own_uri = own_uri_of(settings);
    settings.credentials.clear();
    const bool checks_peers = settings.peer_certificates != PeerCertificates::ignored;
    WallTime lists_end = WallTime::max();
    if (checks_peers && settings.verifies_chain) {
      WEFT_CHECK(trust_roots(settings, *library));
      WEFT_TRY(lists_end, heed_revocations(settings, *library));
    }
    set_resumption(settings, *library);
    SSL_CTX_set_verify(library.get(), verify_mode(settings), nullptr);

    auto context = std::make_shared<Context>(library.get(), std::move(settings));
    SSL_CTX* const raw = library.release();
    SSL_CTX_set_cert_verify_callback(raw, verify, context.get());
    context->own_uri_ = std::move(own_uri);
    context->lists_end_ = lists_end;
    context->protocols_ = alpn_list(context->settings_.protocols);
    if (context->protocols_.empty()) return context;
    if (context->settings_.role == Role::server) {
      SSL_CTX_set_alpn_select_cb(raw, select_protocol, &context->protocols_);
    } else {
      SSL_CTX_set_alpn_protos(raw, reinterpret_cast<const unsigned char*>(context->protocols_.data()),
                              static_cast<unsigned>(context->protocols_.size()));
    }
    return context;
  }
};

Context::Context(ssl_ctx_st* context, ContextSettings settings) : context_(context), settings_(std::move(settings)) {}

Context::~Context() {
  SSL_CTX_free(context_);
}

Result<ContextPtr> make_context(ContextSettings settings) {
  const auto is_bad = [](const std::string& protocol) { return protocol.empty() || protocol.size() > 255; };
  if (std::ranges::any_of(settings.protocols, is_bad)) return fail(Reason::invalid, "an ALPN name of no or 256 bytes");
  return ContextMaker::make(std::move(settings));
}

}  // namespace weft::tls
