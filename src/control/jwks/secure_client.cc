#include "control/jwks/secure_client.h"

#include <openssl/x509v3.h>

#include "net/address.h"
#include "tls/context.h"
#include "tls/stream.h"

namespace weft::control {
namespace {

// RFC 6125: names in the subjectAltName alone; OpenSSL knows the rules of wildcards.
bool is_for(const std::string& host, const tls::Certificate& certificate) {
  if (net::IpAddress::parse(host)) return X509_check_ip_asc(certificate.native(), host.c_str(), 0) == 1;
  constexpr unsigned kFlags = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
  return X509_check_host(certificate.native(), host.data(), host.size(), kFlags, nullptr) == 1;
}

std::optional<tls::Refusal> refuse_other_hosts(const std::string& host, const tls::Certificate& certificate) {
  if (is_for(host, certificate)) return std::nullopt;
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
