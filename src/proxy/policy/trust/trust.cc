#include "proxy/policy/trust/trust.h"

#include <algorithm>
#include <array>

#include "http/field_alias.h"
#include "proxy/policy/internal_client.h"

namespace weft::proxy {
namespace {

using http::HeaderId;

// What Envoy takes from nobody but internal clients (its "HTTP header sanitizing"), as far as something follows here.
constexpr std::array kSteering = {HeaderId::x_envoy_retry_on,
                                  HeaderId::x_envoy_retry_grpc_on,
                                  HeaderId::x_envoy_max_retries,
                                  HeaderId::x_envoy_retriable_status_codes,
                                  HeaderId::x_envoy_retriable_header_names,
                                  HeaderId::x_envoy_upstream_rq_timeout_ms,
                                  HeaderId::x_envoy_upstream_rq_per_try_timeout_ms,
                                  HeaderId::x_envoy_expected_rq_timeout_ms,
                                  HeaderId::x_envoy_internal};

bool is_certificate_alias(const http::Field& field) {
  return http::is_alias(field.name, "x-forwarded-client-cert");
}

bool is_ours(const http::Field& field) {
  // The count of attempts is informative and endpoints behind several hops read it, as behind Istio.
  if (field.id == HeaderId::x_envoy_attempt_count) return false;
  return field.name.starts_with("x-envoy-") || field.name.starts_with("x-weft-") || is_certificate_alias(field);
}

// Of HTTP/1.1 the parser refuses it already.
bool has_refused_underscore(const Exchange& exchange) {
  if (!exchange.chain->refuses_underscores || exchange.request.version != http::Version::http2) return false;
  for (const http::Field& field : exchange.request.headers) {
    if (field.name.contains('_')) return true;
  }
  return false;
}

void strip_what_outsiders_say(Exchange& exchange) {
  http::Headers& headers = exchange.request.headers;
  const auto is_there = [&](HeaderId id) { return headers.has(id); };
  const bool is_edge = exchange.chain->trusts_peer_address;
  if (!is_edge && std::ranges::none_of(kSteering, is_there)) return;
  if (is_internal(exchange)) {
    // An address proves nobody's identity.
    if (is_edge) headers.remove_if(is_certificate_alias);
  } else if (is_edge) {
    headers.remove_if(is_ours);
  } else {
    for (const HeaderId id : kSteering) headers.remove(id);
  }
}

// What the client says of certificates before it, and what its own handshake proved of it.
void forward_certificate(Exchange& exchange) {
  using enum decide::ClientCertForwarding;
  const auto forwarding = exchange.chain->client_cert_forwarding;
  http::Headers& headers = exchange.request.headers;
  const decide::Peer* const peer = exchange.client.peer;
  if (forwarding == always_forward_only) return;
  if (peer == nullptr || forwarding == sanitize) {
    headers.remove(HeaderId::x_forwarded_client_cert);
    return;
  }
  if (forwarding == forward_only) return;
  const auto before = forwarding == append_forward ? headers.joined("x-forwarded-client-cert") : std::nullopt;
  headers.set(HeaderId::x_forwarded_client_cert, before ? *before + "," + peer->forwarded : peer->forwarded);
}

}  // namespace

Eventually<Result<>> Trust::on_request(Exchange& exchange) const {
  if (has_refused_underscore(exchange)) {
    exchange.local_reply = LocalReply{400, "http2.unexpected_underscore", "an underscore in a header name\n"};
    return Result<>();
  }
  forward_certificate(exchange);
  if (exchange.client.direction == decide::Direction::inbound) {
    exchange.request.headers.remove_if(is_ours);
  } else {
    strip_what_outsiders_say(exchange);
  }
  return Result<>();
}

}  // namespace weft::proxy
