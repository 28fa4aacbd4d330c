#include "control/apiserver/secure_door.h"

#include <sys/socket.h>

#include "base/log.h"
#include "tls/stream.h"

namespace weft::control {
namespace {

// Handshakes are short; who takes longer only holds a place.
constexpr auto kHandshakeTimeout = std::chrono::seconds(5);
// When making a certificate failed, the present one serves on for so long before the next try.
constexpr auto kRenewAgain = std::chrono::minutes(1);
// The first byte of TLS (RFC 8446 5.1, handshake); a method's first letter is another.
constexpr char kHandshakeRecord = 22;

constexpr std::string_view kPlainAnswer =
    "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\ncontent-length: 33\r\nconnection: close\r\n\r\n"
    "this port speaks TLS: use https:\n";

// The first byte that came; nothing: the client has left. It stays there to be read.
std::optional<char> first_byte(int socket) {
  char first = 0;
  return recv(socket, &first, 1, MSG_PEEK | MSG_DONTWAIT) == 1 ? std::optional(first) : std::nullopt;
}

}  // namespace

std::string SecureDoor::client_roots() {
  return options_.client_roots.empty() ? tls::to_pem(authority_->roots()) : options_.client_roots;
}

// Without tickets: what a client may do is looked up for each request, and who it is must be fresh for each connection.
Result<> SecureDoor::renew(std::string client_roots) {
  const WallTime now = reactor_->clock().wall_now();
  renew_after_ = now + kRenewAgain;
  WEFT_TRY(const auto key, tls::PrivateKey::make(tls::KeyKind::ecdsa_p256));
  WEFT_TRY(const auto key_text, key.to_pem());
  WEFT_TRY(const auto chain, authority_->issue_server(options_.names, key.public_key()));
  tls::ContextSettings settings{.credentials = {{tls::to_pem(chain), key_text}},
                                .peer_certificates = tls::PeerCertificates::verified_if_shown,
                                .roots = client_roots,
                                .protocols = {"http/1.1"},
                                .resumes = false};
  WEFT_TRY(context_, tls::make_context(std::move(settings)));
  used_roots_ = std::move(client_roots);
  renew_after_ = now + (chain.front().validity().until - now) / 2;
  return {};
}

void SecureDoor::renew_if_due() {
  std::string roots = client_roots();
  if (reactor_->clock().wall_now() < renew_after_ && roots == used_roots_) return;
  if (const auto renewed = renew(std::move(roots)); !renewed)
    log::error("api: no new certificate for the API: {}", renewed.error().detail);
}

runtime::Task<bool> SecureDoor::admit(std::unique_ptr<net::Stream>& stream) {
  const Time deadline = reactor_->now() + kHandshakeTimeout;
  if (co_await stream->readable(deadline) != runtime::Wait::ready) co_return false;
  const auto first = first_byte(stream->socket());
  if (!first) co_return false;
  if (*first != kHandshakeRecord) {
    if (options_.plain_text == PlainText::served) co_return true;
    (void)send(stream->socket(), kPlainAnswer.data(), kPlainAnswer.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    co_return false;
  }
  renew_if_due();
  auto secured = std::make_unique<tls::Stream>(std::move(stream), context_);
  tls::Stream& secure = *secured;
  stream = std::move(secured);
  const auto shaken = co_await secure.handshake(deadline);
  if (!shaken) log::info("api: a connection is refused: {}", shaken.error().detail);
  co_return shaken.has_value();
}

std::optional<tls::Certificate> shown_certificate(net::Stream& stream) {
  const auto* const secure = dynamic_cast<const tls::Stream*>(&stream);
  return secure == nullptr ? std::nullopt : secure->engine().peer_certificate();
}

}  // namespace weft::control
