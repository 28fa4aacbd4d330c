// Trouble: what stood in the way of an attempt, more precisely than its response flag says; and the words that Envoy's
// logs have for it. Pure.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/error.h"
#include "net/socket_stream.h"
#include "proxy/balance/cluster_state.h"

namespace weft::tls {
class Engine;  // tls/engine.h
}

namespace weft::proxy {

enum class Trouble : uint8_t {
  none,                 // nothing that the flag does not say
  no_endpoints,         // UH: the cluster has none
  unresolved,           // UH: the name of its host led to no address
  all_ejected,          // UH: by outlier detection
  all_failing_checks,   // UH: by active health checks
  none_ready,           // UH: by what the control plane says, or some for one reason and some for another
  requests_limit,       // UO: connectionPool.http.http2MaxRequests
  pending_limit,        // UO: connectionPool.http.http1MaxPendingRequests
  connections_limit,    // UO: connectionPool.tcp.maxConnections, of a TCP connection
  connect_refused,      // UF: nobody listens
  connect_timeout,      // UF: no connection within connectTimeout, TLS included
  unreachable,          // UF: no way there, or not allowed
  tls_failed,           // UF: the transport failure reason begins with a word for it
  tls_not_ready,        // UF: a certificate or root of ours is not there
  attempt_timeout,      // UT: retries.perTryTimeout
  route_timeout,        // UT: the route's timeout
  attempt_unconnected,  // UT: the first of these, before there was a connection
  route_unconnected,    // UT: the second
  stale_connection,     // UC: one that was kept idle ended before any byte of a response
  closed_plain_text,    // UC: so did a new one, which was not encrypted
  closed_unanswered,    // UC: so did a new one, which was
  closed_midway,        // UC: within a response's head
  stream_reset,         // UR: the endpoint ended this exchange alone (RST_STREAM)
  stream_refused,       // UR: likewise, without having looked at the request (REFUSED_STREAM, GOAWAY)
  refused_by_peer,      // no flag: the endpoint's own proxy refused the request (401, 403)
};

constexpr bool is_attempts_time(Trouble trouble) {
  return trouble == Trouble::attempt_timeout || trouble == Trouble::attempt_unconnected;
}
constexpr bool is_routes_time(Trouble trouble) {
  return trouble == Trouble::route_timeout || trouble == Trouble::route_unconnected;
}

// As /why names it: "connect_refused".
std::string_view name_of(Trouble trouble);

// Of a cluster of which no endpoint can be picked.
Trouble trouble_choosing(const ClusterState& cluster);

// Why there is no connection to an endpoint: who makes such an error says what stood in the way, so that nobody has to
// read it off a sentence. `transport_failure` is %UPSTREAM_TRANSPORT_FAILURE_REASON%, without spaces as there; empty
// where Envoy has none.
struct ConnectError : Error {
  ConnectError(Error error, Trouble what, std::string in_envoys_words = {})
      : Error(std::move(error)), trouble(what), transport_failure(std::move(in_envoys_words)) {}

  Trouble trouble;
  std::string transport_failure;
};
template <class T>
using Connected = std::expected<T, ConnectError>;

// Of an address that could not be connected to.
ConnectError of_dialling(net::DialError error);

// Of a handshake that failed: denied or timed_out, of the endpoint's side and safe to try again. The detail is in
// Envoy's frame, with a word where Envoy's library has a number: "TLS_error:|expired:certificate verify failed:
// ...:TLS_error_end". The word is tls::name_of() of what was wrong with the peer's certificate, or one of plain_text,
// closed, alert, timed_out, failed.
ConnectError of_handshake(const tls::Engine& engine, Error error);

}  // namespace weft::proxy
