#include "control/jwks/secure_client.h"

#include "net/address.h"
#include "tls/context.h"
#include "tls/host_check.h"
#include "tls/stream.h"

namespace weft::control {
namespace {

std::optional<tls::Refusal> refuse_other_hosts(const std::string& host, const tls::Certificate& certificate) {
  if (tls::is_for_host(certificate, host)) return std::nullopt;
  return tls::Refusal{.why = "the certificate is not for " + host};
}

}  // namespace

runtime::Task<Result<std::unique_ptr<net::Stream>>> secure(std::unique_ptr<net::Stream> transport, std::string host,
                                                           std::string roots, Time deadline) {
  WEFT_CO_TRY(auto context,
              tls::make_context({.role = tls::Role::client,
                                 .peer_certificates = tls::PeerCertificates::required,
                                 .roots = std::move(roots),
                                 .refuse_peer = [host](const auto& peer) { return refuse_other_hosts(host, peer); },
                                 .resumes = false}));
  const bool is_name = !net::IpAddress::parse(host);  // RFC 6066 3: addresses are not sent
  auto stream = std::make_unique<tls::Stream>(std::move(transport), std::move(context),
                                              tls::ServerName{.name = is_name ? host : ""});
  WEFT_CO_CHECK(co_await stream->handshake(deadline));
  co_return stream;
}

}  // namespace weft::control
