#include "tls/engine.h"

#include <algorithm>
#include <cstring>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/assert.h"
#include "tls/alpn.h"
#include "tls/openssl.h"
#include "tls/tickets.h"

namespace weft::tls {

namespace {

Engine::Breach breach_of(int reason) {
  switch (reason) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_HTTPS_PROXY_REQUEST:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
      return Engine::Breach::plain_text;
    case SSL_R_UNEXPECTED_EOF_WHILE_READING:
      return Engine::Breach::closed;
    default:
      return reason >= SSL_AD_REASON_OFFSET ? Engine::Breach::alert : Engine::Breach::none;
  }
}

}  // namespace

// Through what the library reads and writes: straight from the engine's input and into its output.
struct Engine::Pipe {
  static int read(BIO* bio, char* into, size_t size, size_t* taken) {
    auto& engine = *static_cast<Engine*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    *taken = std::min(size, engine.input_.size());
    if (*taken == 0) {
      if (!engine.has_ended_) BIO_set_retry_read(bio);
      return 0;
    }
    std::memcpy(into, engine.input_.data(), *taken);
    engine.input_.remove_prefix(*taken);
    return 1;
  }
  static int write(BIO* bio, const char* from, size_t size, size_t* written) {
    BIO_clear_retry_flags(bio);
    static_cast<Engine*>(BIO_get_data(bio))->output_.append(from, size);
    *written = size;
    return 1;
  }
  static long control(BIO* bio, int what, long, void*) {
    if (what == BIO_CTRL_EOF) return static_cast<Engine*>(BIO_get_data(bio))->has_ended_ ? 1 : 0;
    return what == BIO_CTRL_FLUSH ? 1 : 0;
  }
  static BIO_METHOD* make_method() {
    BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "engine");
    BIO_meth_set_read_ex(method, read);
    BIO_meth_set_write_ex(method, write);
    BIO_meth_set_ctrl(method, control);
    return method;
  }
  static BIO* make(Engine& engine) {
    static BIO_METHOD* const method = make_method();  // for the life of the process
    BIO* bio = BIO_new(method);
    WEFT_ASSERT(bio != nullptr);
    BIO_set_data(bio, &engine);
    BIO_set_init(bio, 1);
    return bio;
  }
};

Engine::Engine(ContextPtr context) : context_(std::move(context)), connection_(SSL_new(context_->library_context())) {
  prepare();
  SSL_set_accept_state(connection_);
}

Engine::Engine(ContextPtr context, ServerName server)
    : context_(std::move(context)), server_(std::move(server)), connection_(SSL_new(context_->library_context())) {
  prepare();
  SSL_set_connect_state(connection_);
  if (!server_.name.empty()) SSL_set_tlsext_host_name(connection_, server_.name.c_str());
  if (!server_.protocols.empty()) {
    const std::string list = alpn_list(server_.protocols);
    SSL_set_alpn_protos(connection_, reinterpret_cast<const unsigned char*>(list.data()),
                        static_cast<unsigned>(list.size()));
  }
  SSL_SESSION* session = server_.tickets ? server_.tickets->take(*context_) : nullptr;
  if (session == nullptr) return;
  SSL_set_session(connection_, session);
  SSL_SESSION_free(session);
}

void Engine::prepare() {
  WEFT_ASSERT(connection_ != nullptr);  // memory alone could lack
  SSL_set_app_data(connection_, this);
  BIO* const pipe = Pipe::make(*this);
  SSL_set_bio(connection_, pipe, pipe);
}

Engine::~Engine() {
  SSL_free(connection_);
}

Engine& Engine::of(ssl_st& connection) {
  return *static_cast<Engine*>(SSL_get_app_data(&connection));
}

bool Engine::take_ticket(SSL_SESSION* session) {
  if (!server_.tickets) return false;
  server_.tickets->add(*context_, session);
  return true;
}

void Engine::keep_input() {
  if (input_.empty()) {
    kept_.clear();
    return;
  }
  std::string rest(input_);  // it may lie in kept_
  kept_.swap(rest);
  input_ = kept_;
}

Engine::Outcome Engine::outcome_of(int returned) {
  if (returned == 1) return {Step::done};
  switch (SSL_get_error(connection_, returned)) {
    case SSL_ERROR_WANT_READ:
      return {Step::wants_input};
    case SSL_ERROR_ZERO_RETURN:
      return {Step::closed};
    default:
      break;
  }
  note_problem();
  return {Step::failed};
}

// The library's reason, and behind it what was wrong with the peer's certificate.
void Engine::note_problem() {
  const int reason = ERR_GET_REASON(ERR_peek_last_error());
  breach_ = breach_of(reason);
  const int verified = static_cast<int>(SSL_get_verify_result(connection_));
  problem_ = openssl_error(Reason::denied, "TLS").detail;
  if (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) fault_ = ChainFault::no_certificate;
  if (verified == X509_V_OK) return;
  fault_ = refusal_ ? refusal_->fault : fault_of_verification(verified);
  problem_ += ": " + (refusal_ ? refusal_->why : std::string(X509_verify_cert_error_string(verified)));
}

Engine::Outcome Engine::handshake() {
  ERR_clear_error();
  return outcome_of(SSL_do_handshake(connection_));
}

Engine::Outcome Engine::read(std::span<char> into) {
  ERR_clear_error();
  size_t size = 0;
  Outcome outcome = outcome_of(SSL_read_ex(connection_, into.data(), into.size(), &size));
  outcome.size = size;
  return outcome;
}

Engine::Outcome Engine::look() {
  ERR_clear_error();
  char byte;
  size_t size = 0;
  return outcome_of(SSL_peek_ex(connection_, &byte, 1, &size));
}

Engine::Outcome Engine::write(std::span<const char> from) {
  ERR_clear_error();
  size_t size = 0;
  Outcome outcome = outcome_of(SSL_write_ex(connection_, from.data(), from.size(), &size));
  outcome.size = size;
  return outcome;
}

void Engine::close() {
  if (SSL_in_init(connection_) != 0) return;  // nothing that a peer would understand
  ERR_clear_error();
  SSL_shutdown(connection_);
  ERR_clear_error();
}

bool Engine::output_may_wait() const {
  return SSL_is_server(connection_) == 1 && SSL_version(connection_) >= TLS1_3_VERSION;
}

bool Engine::has_more() const {
  return !input_.empty() || SSL_has_pending(connection_) != 0;
}

std::optional<Certificate> Engine::peer_certificate() const {
  X509* certificate = SSL_get0_peer_certificate(connection_);
  if (certificate == nullptr) return std::nullopt;
  return Certificate::sharing(certificate);
}

std::vector<Certificate> Engine::peer_chain() const {
  std::vector<Certificate> chain;
  const auto own = peer_certificate();
  if (!own) return chain;
  const STACK_OF(X509)* shown = SSL_get_peer_cert_chain(connection_);
  // A server is not given the leaf among them, a client is.
  if (SSL_is_server(connection_) != 0 || sk_X509_num(shown) <= 0) chain.push_back(*own);
  for (int i = 0; i < sk_X509_num(shown); ++i) chain.push_back(Certificate::sharing(sk_X509_value(shown, i)));
  return chain;
}

std::string_view Engine::protocol() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(connection_, &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

std::string_view Engine::server_name() const {
  const char* name = SSL_get_servername(connection_, TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? std::string_view() : name;
}

std::string_view Engine::version() const {
  return SSL_get_version(connection_);
}

std::string_view Engine::cipher() const {
  return SSL_get_cipher_name(connection_);
}

bool Engine::is_resumed() const {
  return SSL_session_reused(connection_) != 0;
}

void Engine::rest() {
  if (output_.empty()) output_ = {};
  if (input_.empty()) kept_ = {};
  SSL_free_buffers(connection_);
}

}  // namespace weft::tls
